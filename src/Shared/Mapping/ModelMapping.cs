using DiffusionHub.Domain.Models;
using DiffusionHub.Pipelines;

namespace DiffusionHub.Mapping;

/// <summary>From what a pipeline says of its model to the record that crosses process borders. (One source for the programs that know both.)</summary>
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
        MaxClipSkip = model.MaxClipSkip,
        Base = model.Base,
        TakesAdapters = model.TakesAdapters,
        TakesControlNets = model.TakesControlNets,
        HasControlNet = model.HasControlNet,
        WithoutPrompt = model.WithoutPrompt,
        WithoutGuidance = model.WithoutGuidance,
        MaxNoiseLevel = model.MaxNoiseLevel,
        DefaultNoiseLevel = model.DefaultNoiseLevel,
        Classes = model.Classes,
        ClassNames = model.ClassNames,
        MapClasses = model.MapClasses,
        UpscaleFactor = model.UpscaleFactor,
        EstimatesDepth = model.EstimatesDepth,
        TakesGuides = model.TakesGuides,
    };
}
