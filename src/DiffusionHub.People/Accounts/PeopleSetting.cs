namespace DiffusionHub.People.Accounts;

/// <summary>How the hub takes people in.</summary>
public sealed class PeopleSetting
{
    /// <summary>The key of the one row: true.</summary>
    public bool OnlyRow { get; init; } = true;

    /// <summary>One of <see cref="SignUp"/>.</summary>
    public string SignUp { get; set; } = Accounts.SignUp.Invitation;

    /// <summary>Role of whoever signs up without an invitation.</summary>
    public string SignUpRole { get; set; } = Roles.RoleNames.Member;
}

/// <summary>The ways of taking people in.</summary>
public static class SignUp
{
    /// <summary>By an administrator's link.</summary>
    public const string Invitation = "invitation";

    /// <summary>Whoever finds the page.</summary>
    public const string Open = "open";

    /// <summary>Nobody; administrators make accounts on the command line.</summary>
    public const string Closed = "closed";
}
