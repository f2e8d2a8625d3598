using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Keys;
using DiffusionHub.People.Links;
using DiffusionHub.People.Quotas;
using DiffusionHub.People.Roles;
using DiffusionHub.People.Rules;
using DiffusionHub.People.Sessions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DiffusionHub.People;

/// <summary>Puts the services of this assembly into a container that has an <see cref="NpgsqlDataSource"/>, a clock and data protection.</summary>
public static class PeopleServices
{
    /// <summary>Rounds of PBKDF2-HMAC-SHA512; <c>hub bench sign-in</c> says what they cost. OWASP asks for at least 210,000.</summary>
    public const int HashRounds = 600_000;

    private const int AttemptsBeforeLockout = 5;

    /// <summary>Adds them; for <c>hub</c> commands and the web alike.</summary>
    public static IdentityBuilder AddPeople(this IServiceCollection services)
    {
        services.AddDbContextFactory<PeopleDbContext>((provider, options) => options.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddSingleton<AuditLog>();
        services.AddSingleton<PeopleDirectory>();
        services.AddSingleton<SessionBook>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<LinkBook>();
        services.AddSingleton<QuotaBook>();
        services.AddSingleton<AccountBook>();
        services.AddSingleton<PromptRules>();
        services.AddSingleton<RuleBook>();
        services.AddSingleton<ReportBook>();
        services.AddScoped<AccountStore>();
        services.AddScoped<IUserStore<Account>>(provider => provider.GetRequiredService<AccountStore>());
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = HashRounds);
        services.AddScoped<IPasswordValidator<Account>, PasswordRules>();
        return services.AddIdentityCore<Account>(options =>
        {
            options.Password = new PasswordOptions { RequiredLength = PasswordRules.Least, RequireDigit = false, RequireLowercase = false, RequireUppercase = false, RequireNonAlphanumeric = false, RequiredUniqueChars = 1 };
            options.Lockout.MaxFailedAccessAttempts = AttemptsBeforeLockout;
            options.User.AllowedUserNameCharacters = "";
            options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
        }).AddUserManager<AccountManager>().AddDefaultTokenProviders();
    }
}
