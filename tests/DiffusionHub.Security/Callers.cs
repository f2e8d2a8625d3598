namespace DiffusionHub.Security;

/// <summary>Who calls: nobody, people with sessions, cookies that should be worth nothing, and keys.</summary>
public enum Caller
{
    Nobody,
    Viewer,
    Member,
    Moderator,
    Admin,
    Disabled,
    SignedOut,
    ReadKey,
    GenerateKey,
    ViewersKey,
    AdminKey,
    WholeKey,
    RevokedKey,
    ExpiredKey,
}

/// <summary>What an endpoint needs.</summary>
public enum Need
{
    /// <summary>Nothing: pages of the sign-in, scripts, health.</summary>
    Nothing,
    Session,
    Read,
    Generate,
    Publish,
    ModeratorsPage,
    AdminsPage,
    Admin,
}

internal static class Rules
{
    /// <summary>Whether <paramref name="caller"/> gets past the door of what needs <paramref name="need"/>.</summary>
    public static bool Allow(Need need, Caller caller) => need switch
    {
        Need.Nothing => true,
        Need.Session => caller is Caller.Viewer or Caller.Member or Caller.Moderator or Caller.Admin,
        Need.Read => caller is Caller.Viewer or Caller.Member or Caller.Moderator or Caller.Admin or Caller.ReadKey or Caller.WholeKey,
        Need.Generate or Need.Publish => caller is Caller.Member or Caller.Moderator or Caller.Admin or Caller.GenerateKey or Caller.WholeKey,
        // Pages are for people at browsers: no key opens one.
        Need.ModeratorsPage => caller is Caller.Moderator or Caller.Admin,
        Need.AdminsPage => caller is Caller.Admin,
        Need.Admin => caller is Caller.Admin or Caller.AdminKey or Caller.WholeKey,
        _ => throw new ArgumentOutOfRangeException(nameof(need)),
    };
}
