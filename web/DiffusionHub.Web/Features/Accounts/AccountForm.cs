using System.Diagnostics.CodeAnalysis;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Features.Accounts;

/// <summary>What the plain forms send: each uses some of it. An empty field arrives as null, and is the empty text here.</summary>
public sealed class AccountForm
{
    /// <summary>Address.</summary>
    [AllowNull]
    public string Email { get; set => field = value ?? ""; } = "";

    /// <summary>Name to show.</summary>
    [AllowNull]
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>Password.</summary>
    [AllowNull]
    public string Password { get; set => field = value ?? ""; } = "";

    /// <summary>An authenticator's or recovery code.</summary>
    [AllowNull]
    public string Code { get; set => field = value ?? ""; } = "";

    /// <summary>The secret of a one-time link.</summary>
    [AllowNull]
    public string Link { get; set => field = value ?? ""; } = "";
}

/// <summary>What is wrong with a form's fields.</summary>
internal static class FormErrors
{
    public static string? Of(this IReadOnlyList<FieldError> errors, string field) => errors.FirstOrDefault(e => e.Field == field)?.Message;
}
