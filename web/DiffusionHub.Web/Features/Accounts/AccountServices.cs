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
    }
}
