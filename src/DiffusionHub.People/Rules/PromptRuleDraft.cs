using System.Globalization;
using DiffusionHub.Domain.Requests;
using DiffusionHub.People.Roles;

namespace DiffusionHub.People.Rules;

/// <summary>A rule as an administrator writes it.</summary>
/// <param name="Words">Words and phrases, one a line.</param>
/// <param name="Reason">Shown to whoever is refused.</param>
/// <param name="Roles">For whom it holds; null: everybody but administrators.</param>
public sealed record PromptRuleDraft(string Words, string Reason, IReadOnlyList<string>? Roles)
{
    /// <summary>Most words of one rule.</summary>
    public const int MostWords = 500;

    /// <summary>Most characters of one word.</summary>
    public const int WordCharacters = 100;

    /// <summary>Most characters of the reason.</summary>
    public const int ReasonCharacters = 300;

    /// <summary>The rule, or what is wrong with it.</summary>
    public (PromptRule? Rule, IReadOnlyList<FieldError> Errors) ToRule(DateTimeOffset now)
    {
        var words = Words.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        var reason = Reason.Trim();
        List<FieldError> errors = [.. WordErrors(words), .. ReasonErrors(reason)];
        if (Roles is not null && (Roles.Count == 0 || Roles.Any(role => RoleNames.Rank(role) < 0)))
        {
            errors.Add(new FieldError("roles", Text(RulesTexts.BadRoles, string.Join(", ", RoleNames.All))));
        }

        return errors.Count > 0 ? (null, errors) : (new PromptRule { Id = Guid.CreateVersion7(now), Words = words, Reason = reason, Roles = Roles?.Distinct(StringComparer.Ordinal).ToArray(), CreatedAt = now }, []);
    }

    private static IEnumerable<FieldError> WordErrors(string[] words)
    {
        if (words.Length is 0 or > MostWords)
        {
            yield return new FieldError("words", Text(RulesTexts.WordCount, MostWords, words.Length));
            yield break;
        }

        if (words.FirstOrDefault(word => word.Length > WordCharacters) is { } longest)
        {
            yield return new FieldError("words", Text(RulesTexts.LongWord, longest[..20], WordCharacters, longest.Length));
        }

        if (Array.Find(words, word => word.Contains('*', StringComparison.Ordinal) && (word.IndexOf('*', StringComparison.Ordinal) < word.Length - 1 || word.Length == 1)) is { } star)
        {
            yield return new FieldError("words", Text(RulesTexts.StarInside, star));
        }

        // PostgreSQL stores no NUL in texts.
        if (Array.Find(words, word => new FoldedText(word).Text.Length == 0 || word.Contains('\0', StringComparison.Ordinal)) is { } empty)
        {
            yield return new FieldError("words", Text(RulesTexts.NoLetters, empty.Replace('\0', ' ')));
        }
    }

    private static IEnumerable<FieldError> ReasonErrors(string reason)
    {
        if (reason.Length is 0 or > ReasonCharacters || reason.Contains('\0', StringComparison.Ordinal))
        {
            yield return new FieldError("reason", Text(RulesTexts.ReasonLength, ReasonCharacters, reason.Length));
        }
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
