using DiffusionHub.People.Keys;
using DiffusionHub.People.Roles;
using Microsoft.AspNetCore.Authorization;

namespace DiffusionHub.Web.Shared.People;

/// <summary>What pages, endpoints and hub methods ask for. Each is held against what the person may do now, and what their key is for.</summary>
internal static class Policies
{
    /// <summary>Anybody who is signed in, with a session: a person at a browser.</summary>
    public const string Session = "session";

    /// <summary>Reads one's own jobs and pictures, and what is shared.</summary>
    public const string Read = "read";

    /// <summary>Makes pictures.</summary>
    public const string Generate = "generate";

    /// <summary>Shares pictures with everybody.</summary>
    public const string Publish = "publish";

    /// <summary>Decides what stays shared; sees the queue.</summary>
    public const string Moderate = "moderate";

    /// <summary>Manages people, models, workers and settings.</summary>
    public const string Admin = "admin";

    public static void AddHubPolicies(this IServiceCollection services)
    {
        services.AddSingleton<IAuthorizationHandler, PersonHandler>();
        services.AddAuthorizationBuilder()
            .SetDefaultPolicy(Of(new PersonRequirement(_ => true, KeyScopes.Read)))
            .SetFallbackPolicy(Of(new PersonRequirement(_ => true, KeyScopes.Read)))
            .AddPolicy(Session, Of(new PersonRequirement(_ => true, Scope: null)))
            .AddPolicy(Read, Of(new PersonRequirement(_ => true, KeyScopes.Read)))
            .AddPolicy(Generate, Of(new PersonRequirement(p => p.Rights.MayGenerate, KeyScopes.Generate)))
            .AddPolicy(Publish, Of(new PersonRequirement(p => p.Rights.MayPublish, KeyScopes.Generate)))
            .AddPolicy(Moderate, Of(new PersonRequirement(p => p.Is(RoleNames.Moderator), KeyScopes.Admin)))
            .AddPolicy(Admin, Of(new PersonRequirement(p => p.Is(RoleNames.Admin), KeyScopes.Admin)));
    }

    private static AuthorizationPolicy Of(PersonRequirement requirement) => new AuthorizationPolicyBuilder().AddRequirements(requirement).Build();
}

/// <summary>A person who may, and a key that is for it.</summary>
/// <param name="May">Whether the person may.</param>
/// <param name="Scope">What a key needs; null: no key will do.</param>
internal sealed record PersonRequirement(Func<Person, bool> May, string? Scope) : IAuthorizationRequirement;

internal sealed class PersonHandler(PersonReader reader) : AuthorizationHandler<PersonRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, PersonRequirement requirement)
    {
        var keyed = context.User.IdOf(HubClaims.Key) is not null;
        if (keyed && (requirement.Scope is null || !context.User.HasClaim(HubClaims.Scope, requirement.Scope)))
        {
            return;
        }

        if (await reader.ReadAsync(context.User) is { } person && requirement.May(person))
        {
            context.Succeed(requirement);
        }
    }
}
