using System.Globalization;
using System.Net.Mail;
using System.Text;
using DiffusionHub.Domain.Requests;
using DiffusionHub.People.Roles;

namespace DiffusionHub.People.Accounts;

/// <summary>What addresses, names and roles must be.</summary>
public static class AccountRules
{
    /// <summary>Most characters of an address (RFC 5321, 4.5.3.1, less the brackets).</summary>
    public const int MostAddress = 254;

    /// <summary>Most characters of a name.</summary>
    public const int MostName = 100;

    /// <summary>What is wrong with an address.</summary>
    public static IEnumerable<FieldError> Email(string email)
    {
        // The framework's parser takes display names and comments too: the address alone must be all that was typed.
        var right = email.Length is > 2 and <= MostAddress && MailAddress.TryCreate(email, out var parsed) && parsed.Address == email && !email.Any(Unfit) && !email.EnumerateRunes().Contains(Rune.ReplacementChar)
            && email.IndexOf('@', StringComparison.Ordinal) is > 0 and <= 64;
        return right ? [] : [new FieldError("email", PeopleText.Of(PeopleTexts.EmailBad, MostAddress))];
    }

    /// <summary>What is wrong with a name to show.</summary>
    public static IEnumerable<FieldError> Name(string name) =>
        IsName(name) ? [] : [new FieldError("name", PeopleText.Of(PeopleTexts.NameBad, MostName))];

    /// <summary>Whether a text is fit to name something: 1–100 characters that can be shown and stored.</summary>
    public static bool IsName(string name) => name.Trim() is { Length: > 0 and <= MostName } text && !text.Any(Unfit) && !text.EnumerateRunes().Contains(Rune.ReplacementChar);

    /// <summary>What is wrong with the name of a role.</summary>
    public static IEnumerable<FieldError> Role(string role) =>
        RoleNames.Rank(role) >= 0 ? [] : [new FieldError("role", PeopleText.Of(PeopleTexts.RoleBad, string.Join(", ", RoleNames.All)))];

    // Control and format characters (also those that turn the direction of writing), private use; halves of surrogate pairs are read as U+FFFD.
    private static bool Unfit(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned;
}
