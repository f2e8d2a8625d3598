using DiffusionHub.Domain.Requests;
using DiffusionHub.People.Audit;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.People.Rules;

/// <summary>Makes and deletes the hub's rules for prompts.</summary>
public sealed class RuleBook(IDbContextFactory<PeopleDbContext> contexts, AuditLog audit, TimeProvider clock)
{
    /// <summary>All of them, oldest first.</summary>
    public async Task<IReadOnlyList<PromptRule>> ReadAsync(CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.PromptRules.AsNoTracking().OrderBy(rule => rule.CreatedAt).ThenBy(rule => rule.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Makes one.</summary>
    /// <returns>What is wrong with it; empty: it is made, and holds within <see cref="PromptRules.Age"/>.</returns>
    public async Task<IReadOnlyList<FieldError>> AddAsync(Actor actor, PromptRuleDraft draft, CancellationToken cancellationToken = default)
    {
        var (rule, errors) = draft.ToRule(clock.GetUtcNow());
        if (rule is null)
        {
            return errors;
        }

        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            context.PromptRules.Add(rule);
            await context.SaveChangesAsync(cancellationToken);
        }

        await WriteAsync(actor, "added", rule, cancellationToken);
        return [];
    }

    /// <summary>Deletes one; false: there is none (any more).</summary>
    public async Task<bool> DeleteAsync(Actor actor, Guid id, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.PromptRules.AsNoTracking().FirstOrDefaultAsync(rule => rule.Id == id, cancellationToken) is not { } rule
            || await context.PromptRules.Where(one => one.Id == id).ExecuteDeleteAsync(cancellationToken) == 0)
        {
            return false;
        }

        await WriteAsync(actor, "deleted", rule, cancellationToken);
        return true;
    }

    private Task WriteAsync(Actor actor, string what, PromptRule rule, CancellationToken cancellationToken)
    {
        var detail = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["change"] = what, ["words"] = string.Join(", ", rule.Words), ["reason"] = rule.Reason, ["roles"] = rule.Roles is { } roles ? string.Join(", ", roles) : null,
        };
        return audit.WriteAsync(actor, AuditActions.RuleChanged, $"prompt rule {rule.Id}", detail, cancellationToken);
    }
}
