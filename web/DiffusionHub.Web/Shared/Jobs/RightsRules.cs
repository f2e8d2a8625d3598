using System.Globalization;
using DiffusionHub.Domain.Requests;
using DiffusionHub.People.Roles;
using DiffusionHub.Web.Shared.Models;

namespace DiffusionHub.Web.Shared.Jobs;

/// <summary>Holds a request against what its person may do. How much they may is held in the submit's transaction (<see cref="QuotaCheck"/>).</summary>
internal static class RightsRules
{
    /// <summary>Why this person may not use the model or the lane, or null.</summary>
    public static FieldError? Check(Person person, KnownModel model, string lane) =>
        !person.Rights.MayGenerate ? new FieldError("account", SubmissionTexts.MayNotGenerate)
        : !model.IsFor(person) ? new FieldError("model", Text(SubmissionTexts.ModelNotYours, model.Capabilities.Name))
        : person.Rights.Lanes is { } lanes && !lanes.Contains(lane, StringComparer.Ordinal) ? new FieldError("lane", Text(SubmissionTexts.LaneNotYours, lane))
        : null;

    /// <summary>What of a request, with every default filled in, is more than this person may ask for.</summary>
    public static IReadOnlyList<FieldError> Check(Person person, GenerationRequest filled)
    {
        var errors = new List<FieldError>();
        if (person.Rights.MostPixels is { } pixels && (long)(filled.Width ?? 0) * (filled.Height ?? 0) > pixels)
        {
            errors.Add(new FieldError("width", Text(SubmissionTexts.TooManyPixels, filled.Width, filled.Height, pixels)));
        }

        if (person.Rights.MostSteps is { } steps && filled.Steps > steps)
        {
            errors.Add(new FieldError("steps", Text(SubmissionTexts.TooManySteps, filled.Steps, steps)));
        }

        return errors;
    }

    private static string Text(string text, params object?[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
