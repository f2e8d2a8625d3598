using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Features.Studio.Parts;

/// <summary>What the picture shows, where it is not said in words: a class, or a map of what is where.</summary>
public sealed class SubjectForm
{
    /// <summary>The class's number or name; empty: none.</summary>
    public string Class { get; set; } = "";

    /// <summary>The map; null: none.</summary>
    public ChosenPicture? Map { get; set; }

    internal void Use(GenerationRequest request)
    {
        Class = request.ClassLabel ?? "";
        Map = request.Map is { } map ? new ChosenPicture(map, null, null) : null;
    }

    internal GenerationRequest Read(GenerationRequest request, ModelCapabilities model, Dictionary<string, string> errors)
    {
        if (TakesMap(model) && Map is null)
        {
            errors.TryAdd("map", StudioTexts.MapNeeded);
        }

        return request with
        {
            ClassLabel = TakesClass(model) && Class.Length > 0 ? Class.Trim() : null,
            Map = TakesMap(model) ? Map?.Reference : null,
        };
    }

    internal static bool TakesClass(ModelCapabilities model) => model.Tasks.Contains(ModelTasks.ClassToImage);

    internal static bool TakesMap(ModelCapabilities model) => model.Tasks.Contains(ModelTasks.SemanticToImage);
}
