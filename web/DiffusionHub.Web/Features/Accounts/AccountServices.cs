using DiffusionHub.Web.Features.Accounts.Leaving;
using DiffusionHub.Web.Features.Accounts.Mail;
using DiffusionHub.Web.Features.Accounts.Own;
using DiffusionHub.Web.Features.Accounts.Passkeys;
using Microsoft.AspNetCore.Identity;

namespace DiffusionHub.Web.Features.Accounts;

/// <summary>What the account pages need.</summary>
internal static class AccountServices
{
    public static void AddAccountPages(this IServiceCollection services)
    {
        services.AddSingleton<SignUpRules>();
        services.AddSingleton<PasswordGate>();
        services.AddScoped<SignIns>();
        services.AddScoped<AccountMaking>();
        services.AddSingleton<OwnAccount>();
        services.AddSingleton<Proofs>();
        services.AddSingleton<TwoStep>();
        services.AddSingleton<OwnPassword>();
        services.AddSingleton<OwnPasskeys>();
        services.Configure<IdentityPasskeyOptions>(PasskeyChecks.Configure);
        services.AddSingleton<AccountExport>();
        services.AddSingleton<AccountRemoval>();
        services.AddSingleton<Mailer>();
        services.AddSingleton<ForgottenPasswords>();
        services.AddHostedService(provider => provider.GetRequiredService<ForgottenPasswords>());
    }

    public static void MapAccounts(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapSignOut();
        endpoints.MapPasskeys();
        endpoints.MapLeaving();
    }
}
