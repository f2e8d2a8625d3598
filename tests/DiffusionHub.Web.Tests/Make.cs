using System.Text.Json;
using DiffusionHub.Domain.Jobs;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.People;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.Jobs;

namespace DiffusionHub.Web.Tests;

/// <summary>Small valid things to start from.</summary>
internal static class Make
{
    public static ModelCapabilities Model { get; } = new()
    {
        Name = "sprout", Family = "StableDiffusion", Hash = "047358e7", Tasks = ["text-to-image", "image-to-image", "inpainting"], TakesAdapters = true, Base = "StableDiffusion 1", Samplers = ["DDIM", "Euler"],
        Schedules = ["Normal", "Karras"], SamplersWithSchedules = ["Euler"], DefaultSteps = 4, MaxSteps = 50,
        DefaultGuidance = 2, DefaultWidth = 128, DefaultHeight = 128, MinSide = 128, MaxSide = 128, SideMultiple = 8,
    };

    public static ModelAsset Moss { get; } = new()
    {
        Name = "moss", Kind = "lora", Fits = ["StableDiffusion 1"], Title = "Moss on everything", TriggerWords = ["mossy"], DefaultWeight = 0.8,
    };

    public static GenerationRequest Request { get; } = new() { Model = "sprout", Prompt = "fig", Steps = 4, Seed = 7, Guidance = 2.5, Width = 128, Height = 128 };

    public static string Payload { get; } = JsonSerializer.Serialize(Request, RequestJson.Default.GenerationRequest);

    public static JobUpdate Update(long id, JobState state, int group = 1, int? step = null, byte[]? preview = null, Guid? picture = null)
    {
        var view = new JobView
        {
            JobId = id, OwnerId = User.LocalId, GroupId = Group(group), Lane = "interactive", Model = "sprout", State = state, Step = step, Steps = step is null ? null : 4,
            PreviewWebp = preview, Payload = Payload,
        };
        return new JobUpdate(view, picture is { } key ? Picture(key, id) : null);
    }

    public static Guid Group(int number) => new(number, 0, 0, new byte[8]);

    public static Picture Picture(Guid id, long job) => new()
    {
        Id = id, OwnerId = User.LocalId, JobId = job, GroupId = Group(1), Model = "sprout", Prompt = "fig", Seed = 7, Width = 128, Height = 128,
        Request = JsonSerializer.Serialize(Request, RequestJson.Default.GenerationRequest), BlobKey = $"{id:N}.png", ThumbnailKey = $"{id:N}.webp", Bytes = 3,
    };
}
