using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Identity;

namespace DiffusionHub.People.Accounts;

/// <summary>
/// What a password must be: long, and none that everybody tries first. No rule about digits or symbols, and no change by the calendar
/// (NIST SP 800-63B, 5.1.1.2).
/// </summary>
public sealed class PasswordRules : IPasswordValidator<Account>
{
    /// <summary>Fewest characters.</summary>
    public const int Least = 12;

    /// <summary>Most characters: a longer one would only cost time to hash.</summary>
    public const int Most = 256;

    private static readonly Lazy<HashSet<string>> Commonest = new(Read);

    /// <inheritdoc />
    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password) =>
        Task.FromResult(Fault(password ?? "", user?.Email) is { } fault
            ? IdentityResult.Failed(new IdentityError { Code = "password", Description = fault })
            : IdentityResult.Success);

    /// <summary>What is wrong with a password, or null.</summary>
    /// <param name="password">As typed.</param>
    /// <param name="email">Whose.</param>
    public static string? Fault(string password, string? email)
    {
        var characters = password.EnumerateRunes().Count();
        return characters switch
        {
            < Least => PeopleText.Of(PeopleTexts.PasswordShort, Least, characters),
            > Most => PeopleText.Of(PeopleTexts.PasswordLong, Most),
            _ when IsCommon(password, email) => PeopleTexts.PasswordCommon,
            _ => null,
        };
    }

    private static bool IsCommon(string password, string? email)
    {
        var plain = password.Trim().ToLowerInvariant();
        // Fewer than five different characters, a common one written twice, or the own address.
        return Commonest.Value.Contains(plain) || plain.Distinct().Count() < 5
            || (plain.Length % 2 == 0 && plain[..(plain.Length / 2)] == plain[(plain.Length / 2)..])
            || (email is not null && (plain.Contains(email, StringComparison.OrdinalIgnoreCase) || plain.Contains("diffusionhub", StringComparison.Ordinal)));
    }

    // Source of the list: common-passwords.md beside it.
    private static HashSet<string> Read()
    {
        using var packed = typeof(PasswordRules).Assembly.GetManifestResourceStream("common-passwords.txt.br")!;
        using var stream = new BrotliStream(packed, CompressionMode.Decompress);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
