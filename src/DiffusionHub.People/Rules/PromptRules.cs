using System.Globalization;
using DiffusionHub.Domain.Requests;
using DiffusionHub.People.Roles;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.People.Rules;

/// <summary>Holds requests against the hub's words.</summary>
/// <param name="contexts">Where the rules are.</param>
/// <param name="clock">The clock.</param>
public sealed class PromptRules(IDbContextFactory<PeopleDbContext> contexts, TimeProvider clock)
{
    /// <summary>How long rules are used before they are read again: after that a change holds everywhere.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromSeconds(2);

    private volatile Known? _known;

    /// <summary>Why a request is refused; empty where it is not.</summary>
    /// <param name="role">The role of who asks.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>For each text that breaks a rule one error, of the first rule that it breaks, which names the word and the reason.</returns>
    /// <remarks>
    /// Only texts that say what the picture shall show are looked at: the prompt, and what a guide shall see. A negative prompt says what it shall not
    /// show, and there the words are welcome; nor does an inversion's caption say what will be there.
    /// </remarks>
    public async Task<IReadOnlyList<FieldError>> CheckAsync(string role, GenerationRequest request, CancellationToken cancellationToken = default)
    {
        var rules = (await RulesAsync(cancellationToken)).Where(rule => HoldsFor(rule.Rule, role)).ToList();
        if (rules.Count == 0)
        {
            return [];
        }

        var texts = new[] { ("prompt", request.Prompt), ("guide.target", request.Guide?.Target) };
        return [.. texts.Where(text => text.Item2 is not null).Select(text => Check(text.Item1, text.Item2!, rules)).OfType<FieldError>()];
    }

    private static bool HoldsFor(PromptRule rule, string role) => rule.Roles is { } roles ? roles.Contains(role, StringComparer.Ordinal) : role != RoleNames.Admin;

    private static FieldError? Check(string field, string text, List<Compiled> rules)
    {
        var folded = new FoldedText(text);
        return rules.Select(rule => rule.Matcher.Find(folded) is { } word ? new FieldError(field, string.Format(CultureInfo.InvariantCulture, RulesTexts.Refused, field, word, rule.Rule.Reason)) : null)
            .FirstOrDefault(error => error is not null);
    }

    private async Task<IReadOnlyList<Compiled>> RulesAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known && clock.GetElapsedTime(known.ReadAt) < Age)
        {
            return known.Rules;
        }

        var readAt = clock.GetTimestamp();
        var before = _known?.Rules.ToDictionary(rule => rule.Rule.Id) ?? [];
        await using var people = await contexts.CreateDbContextAsync(cancellationToken);
        var rules = await people.PromptRules.AsNoTracking().OrderBy(rule => rule.CreatedAt).ThenBy(rule => rule.Id).ToListAsync(cancellationToken);
        // A rule is made and deleted, never changed: what was compiled stays right.
        var compiled = rules.Select(rule => before.GetValueOrDefault(rule.Id) ?? new Compiled(rule, new WordMatcher(rule.Words))).ToList();
        _known = new Known(readAt, compiled);
        return compiled;
    }

    private sealed record Compiled(PromptRule Rule, WordMatcher Matcher);

    private sealed record Known(long ReadAt, IReadOnlyList<Compiled> Rules);
}
