namespace DiffusionHub.People.Audit;

/// <summary>What the audit log speaks of. A new deed is a new line here.</summary>
public static class AuditActions
{
    /// <summary>Signed in.</summary>
    public const string SignedIn = "sign-in.done";

    /// <summary>A wrong password or code, an unknown or disabled account.</summary>
    public const string SignInFailed = "sign-in.failed";

    /// <summary>Too many wrong passwords.</summary>
    public const string LockedOut = "sign-in.locked-out";

    /// <summary>Signed out.</summary>
    public const string SignedOut = "sign-out";
}
