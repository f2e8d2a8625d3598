using System.Text.Json;
using DiffusionHub.People.Accounts;
using Microsoft.AspNetCore.Identity;

namespace DiffusionHub.Web.Features.Accounts.Passkeys;

/// <summary>Identity's checks of what a browser signed. Without a challenge of ours before it they throw; to whoever sends it that is a refusal like any other.</summary>
internal static class PasskeyChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>How passkeys are asked for: bound to the hub's name, kept by the authenticator so that nobody types an address, and only after it has seen finger, face or PIN.</summary>
    public static void Configure(IdentityPasskeyOptions options)
    {
        // ServerDomain stays the request's host, which was held against the hub's own names.
        (options.UserVerificationRequirement, options.ResidentKeyRequirement, options.AuthenticatorTimeout) = ("required", "required", Patience);
    }

    /// <summary>A new passkey; null: nobody asked for one.</summary>
    public static Task<PasskeyAttestationResult?> AttestAsync(SignInManager<Account> signIn, JsonElement credential) =>
        TryAsync(credential, signIn.PerformPasskeyAttestationAsync);

    /// <summary>Whose passkey it is; null: nobody asked for one.</summary>
    public static Task<PasskeyAssertionResult<Account>?> AssertAsync(SignInManager<Account> signIn, JsonElement credential) =>
        TryAsync(credential, signIn.PerformPasskeyAssertionAsync);

    private static async Task<T?> TryAsync<T>(JsonElement credential, Func<string, Task<T>> check)
        where T : class
    {
        if (credential.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        try
        {
            return await check(credential.GetRawText());
        }
        catch (Exception e) when (e is InvalidOperationException or PasskeyException)
        {
            return null;
        }
    }
}
