using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Features.Accounts;

/// <summary>What the plain forms send: each uses some of it.</summary>
public sealed class AccountForm
{
    /// <summary>Address.</summary>
    public string Email { get; set; } = "";

    /// <summary>Name to show.</summary>
    public string Name { get; set; } = "";

    /// <summary>Password.</summary>
    public string Password { get; set; } = "";

    /// <summary>An authenticator's or recovery code.</summary>
    public string Code { get; set; } = "";

    /// <summary>The secret of a one-time link.</summary>
    public string Link { get; set; } = "";
}

/// <summary>What is wrong with a form's fields.</summary>
internal static class FormErrors
{
    public static string? Of(this IReadOnlyList<FieldError> errors, string field) => errors.FirstOrDefault(e => e.Field == field)?.Message;
}
