using DiffusionHub.People;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Web.Features.Accounts;

/// <summary>How the hub takes people in.</summary>
internal sealed class SignUpRules(IDbContextFactory<PeopleDbContext> contexts, AuditLog audit)
{
    /// <summary>The rule in force.</summary>
    public async Task<PeopleSetting> ReadAsync(CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Settings.AsNoTracking().SingleAsync(cancellationToken);
    }

    /// <summary>Whether anybody may sign up.</summary>
    public async Task<bool> IsOpenAsync() => (await ReadAsync()).SignUp == SignUp.Open;

    /// <summary>The role of whoever signs up by themselves; null: nobody may.</summary>
    public async Task<string?> OpenRoleAsync() => await ReadAsync() is { SignUp: SignUp.Open } rule ? rule.SignUpRole : null;

    /// <summary>Another rule.</summary>
    public async Task SaveAsync(string signUp, string role, Actor actor, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Settings.ExecuteUpdateAsync(set => set.SetProperty(s => s.SignUp, signUp).SetProperty(s => s.SignUpRole, role), cancellationToken);
        await audit.WriteAsync(actor, AuditActions.SignUpChanged, signUp, new Dictionary<string, string?>(StringComparer.Ordinal) { ["role"] = role }, cancellationToken);
    }
}
