using System.Globalization;
using DiffusionHub.Domain.Models;

namespace DiffusionHub.Domain.Requests;

/// <summary>Collects the reasons against a request.</summary>
internal sealed class RequestFaults
{
    private readonly List<FieldError> errors = [];

    public IReadOnlyList<FieldError> All => errors;

    public void Add(string field, string text, params object[] values) => errors.Add(new FieldError(field, string.Format(CultureInfo.InvariantCulture, text, values)));

    public void AddRange(IEnumerable<FieldError> others) => errors.AddRange(others);

    public void Require(bool holds, string field, string text, params object[] values)
    {
        if (!holds)
        {
            Add(field, text, values);
        }
    }

    public void Text(string field, string value)
    {
        if (value.Length > RequestLimits.PromptCharacters)
        {
            Add(field, RequestTexts.PromptTooLong, field, value.Length, RequestLimits.PromptCharacters);
        }
        else
        {
            Require(IsStorable(value), field, RequestTexts.NotText, field);
        }
    }

    /// <summary>A name of something, or a reference to a picture.</summary>
    public void Name(string field, string? value)
    {
        if (value is not null)
        {
            Require(value.Length is > 0 and <= RequestLimits.NameCharacters && IsStorable(value), field, RequestTexts.BadName, field, RequestLimits.NameCharacters);
        }
    }

    public void Range(string field, double? value, double least, double most)
    {
        if (value is { } number)
        {
            Require(number >= least && number <= most, field, RequestTexts.OutOfRange, field, number, least, most);
        }
    }

    public void Side(string field, int? value, ModelCapabilities model)
    {
        if (value > model.MaxSide && model.UpscaleFactor is { } factor)
        {
            Add(field, RequestTexts.TooLargeToEnlarge, field, value, factor, model.MaxSide, model.MaxSide / factor);
            return;
        }

        if (value < model.MinSide && model.UpscaleFactor is { } times)
        {
            Add(field, RequestTexts.TooSmallToEnlarge, field, value, times, model.MinSide, (model.MinSide + times - 1) / times);
            return;
        }

        Range(field, value, model.MinSide, model.MaxSide);
        if (value is { } side && side >= model.MinSide && side <= model.MaxSide)
        {
            Require(side % model.SideMultiple == 0, field, RequestTexts.NotMultiple, field, side, model.SideMultiple);
        }
    }

    /// <summary>Two whole numbers.</summary>
    public void Pair(string field, IReadOnlyList<int>? pair, int least)
    {
        if (pair is not null)
        {
            Require(pair.Count == 2 && pair.All(side => side >= least && side <= RequestLimits.ToldSide), field, RequestTexts.NotAPair, field, least, RequestLimits.ToldSide);
        }
    }

    // PostgreSQL stores neither NUL nor unpaired surrogates.
    private static bool IsStorable(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\0' || char.IsLowSurrogate(value[i]))
            {
                return false;
            }

            if (char.IsHighSurrogate(value[i]) && !(++i < value.Length && char.IsLowSurrogate(value[i])))
            {
                return false;
            }
        }

        return true;
    }
}
