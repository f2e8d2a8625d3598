using System.Globalization;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Web.Shared.Models;

namespace DiffusionHub.Web.Shared.Jobs;

/// <summary>Holds what a request names beside its model against what workers have announced.</summary>
internal static class PartRules
{
    private const string RefinedBase = "StableDiffusionXl";
    private const int NamesTold = 20;

    /// <summary>Every name in <paramref name="request"/> that is unknown or does not fit <paramref name="model"/>.</summary>
    public static IReadOnlyList<FieldError> Check(GenerationRequest request, ModelCapabilities model, KnownEntries entries)
    {
        var assets = entries.AssetsInUse;
        List<FieldError?> errors = [.. (request.Loras ?? []).OfType<LoraChoice>().Select(lora => Asset("loras", AssetKinds.Lora, SubmissionTexts.Lora, lora.File))];
        errors.Add(Asset("controlNet", AssetKinds.ControlNet, SubmissionTexts.ControlNet, request.ControlNet));
        errors.Add(Asset("vae", AssetKinds.Vae, SubmissionTexts.Vae, request.Vae));
        errors.Add(Asset("guide.model", AssetKinds.Guide, SubmissionTexts.Guide, request.Guide?.Model));
        errors.Add(Target(request.Guide, assets));
        errors.Add(Refiner(request.Refiner, model, entries.ModelsInUse));
        return [.. errors.OfType<FieldError>()];

        FieldError? Asset(string field, string kind, string word, string? name)
        {
            var fitting = Fitting(kind, model, assets);
            return name is null || fitting.Any(a => a.Name == name) ? null
                : assets.Concat(entries.Broken.Select(b => b.Asset)).FirstOrDefault(a => a.Kind == kind && a.Name == name) switch
                {
                    null => Error(field, SubmissionTexts.UnknownPart, word, name, Names(fitting.Select(a => a.Name))),
                    { Fault: { } fault } => Error(field, SubmissionTexts.BrokenPart, word, name, fault),
                    var other => Error(field, SubmissionTexts.UnfitPart, word, name, string.Join(", ", other.Fits), model.Name, model.Base!, Names(fitting.Select(a => a.Name))),
                };
        }
    }

    /// <summary>The whole assets of a kind that go with a model.</summary>
    public static IReadOnlyList<ModelAsset> Fitting(string kind, ModelCapabilities model, IReadOnlyList<ModelAsset> assets) =>
        [.. assets.Where(a => a.Kind == kind && a.Fault is null && a.FitsBase(model.Base))];

    /// <summary>The models that can take the last steps of <paramref name="model"/> over; none where it is no SDXL.</summary>
    public static IReadOnlyList<ModelCapabilities> Refiners(ModelCapabilities model, IEnumerable<ModelCapabilities> models) =>
        model.Base == RefinedBase ? [.. models.Where(m => m.Base?.StartsWith(RefinedBase, StringComparison.Ordinal) == true && m.Name != model.Name)] : [];

    // What a classifier shall see is one of its classes.
    private static FieldError? Target(GuideRequest? guide, IReadOnlyList<ModelAsset> assets) =>
        guide is null || assets.FirstOrDefault(a => a.Kind == AssetKinds.Guide && a.Name == guide.Model) is not { Classes: > 0 } known
        || (guide.Target is { } target && ModelClasses.Find(known.Classes, known.ClassNames, target) is not null)
            ? null
            : Error("guide.target", SubmissionTexts.GuideTarget, known.Name, known.Classes - 1, ModelClasses.Some(known.ClassNames));

    private static FieldError? Refiner(string? name, ModelCapabilities model, IReadOnlyList<ModelCapabilities> used)
    {
        // Where the base is not known, it may be tried.
        var fitting = model.Base is null ? used : Refiners(model, used);
        return name is null || fitting.Any(m => m.Name == name) ? null
            : used.Any(m => m.Name == name)
                ? Error("refiner", SubmissionTexts.UnfitRefiner, name, model.Name, Names(fitting.Select(m => m.Name)))
                : Error("refiner", SubmissionTexts.UnknownPart, SubmissionTexts.Refiner, name, Names(fitting.Select(m => m.Name)));
    }

    private static string Names(IEnumerable<string> names) => names.ToList() switch
    {
        [] => SubmissionTexts.NoParts,
        { Count: <= NamesTold } few => string.Join(", ", few),
        var many => string.Join(", ", many.Take(NamesTold).Append("…")),
    };

    private static FieldError Error(string field, string text, params object[] values) => new(field, string.Format(CultureInfo.InvariantCulture, text, values));
}
