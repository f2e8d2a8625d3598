using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Features.Studio.Parts;

/// <summary>A network that leads the picture, what it shall see, and how.</summary>
public sealed class GuideForm
{
    /// <summary>The network's name; empty: none.</summary>
    public string Network { get; set; } = "";

    /// <summary>A class or a text; empty: the prompt.</summary>
    public string Target { get; set; } = "";

    public string Scale { get; set; } = "1";

    /// <summary>Empty: in each step.</summary>
    public string Rounds { get; set; } = "";

    internal void Use(GenerationRequest request)
    {
        Network = request.Guide?.Model ?? "";
        Target = request.Guide?.Target ?? "";
        Scale = FormNumbers.Show(request.Guide?.Scale ?? 1);
        Rounds = FormNumbers.Show(request.Guide?.Rounds);
    }

    internal GenerationRequest Read(GenerationRequest request, ModelCapabilities model, Dictionary<string, string> errors)
    {
        var numbers = new FormNumbers(errors);
        return request with
        {
            Guide = Network.Length == 0 || !model.TakesGuides ? null : new GuideRequest(
                Network,
                string.IsNullOrWhiteSpace(Target) ? null : Target.Trim(),
                numbers.Number("guide.scale", StudioTexts.GuideScale, Scale, -RequestLimits.GuideScale, RequestLimits.GuideScale),
                ModelTasks.TakesRounds(model) ? (int?)numbers.Whole("guide.rounds", StudioTexts.GuideRounds, Rounds, 0, RequestLimits.GuideRounds) : null),
        };
    }
}
