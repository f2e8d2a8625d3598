using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Pipelines;

namespace DiffusionHub.Cli.Models;

/// <summary>Between the domain's records, which cross process borders, and the pipelines' own.</summary>
internal static class ModelMapping
{
    /// <summary>What a model can do, as the catalogue keeps it.</summary>
    public static ModelCapabilities ToCapabilities(this ModelDescription model) => new()
    {
        Name = model.Name,
        Family = model.Family,
        Hash = model.Hash,
        Tasks = model.Tasks,
        Samplers = model.Samplers,
        Schedules = model.Schedules,
        SamplersWithSchedules = model.SamplersWithSchedules,
        SamplerMaxSteps = model.SamplerMaxSteps,
        DefaultSteps = model.DefaultSteps,
        MaxSteps = model.MaxSteps,
        DefaultGuidance = model.DefaultGuidance,
        DefaultWidth = model.DefaultSide,
        DefaultHeight = model.DefaultSide,
        MinSide = model.MinSide,
        MaxSide = model.MaxSide,
        SideMultiple = model.SideMultiple,
        MemoryBytes = model.MemoryBytes,
        Licence = model.Licence,
    };

    /// <summary>A request whose defaults are filled in (<see cref="RequestValidator.WithDefaults"/>), as a pipeline takes it.</summary>
    public static PictureRequest ToRun(this GenerationRequest request) => new()
    {
        Prompt = request.Prompt,
        NegativePrompt = request.NegativePrompt,
        Seed = request.Seed!.Value,
        Count = request.Count,
        Steps = request.Steps!.Value,
        Guidance = request.Guidance!.Value,
        Width = request.Width!.Value,
        Height = request.Height!.Value,
        Sampler = request.Sampler!,
        Schedule = request.Schedule,
        Eta = request.Eta ?? 0,
        GuidanceRescale = request.GuidanceRescale ?? 0,
        Noise = request.Noise,
    };
}
