namespace DiffusionHub.People.Audit;

/// <summary>What the audit log speaks of. A new deed is a new line here.</summary>
public static class AuditActions
{
#pragma warning disable CS1591 // Each says itself what it is.
    public const string SignedIn = "sign-in.done";
    public const string SignInFailed = "sign-in.failed";
    public const string LockedOut = "sign-in.locked-out";
    public const string SignedOut = "sign-out";
    public const string SessionRevoked = "session.revoked";
    public const string AccountMade = "account.made";
    public const string AccountDisabled = "account.disabled";
    public const string AccountEnabled = "account.enabled";
    public const string AccountDeleted = "account.deleted";
    public const string AccountExported = "account.exported";
    public const string RoleChanged = "account.role";
    public const string QuotaChanged = "account.quota";
    public const string ShareChanged = "account.share";
    public const string PasswordChanged = "password.changed";
    public const string TwoFactorChanged = "two-factor.changed";
    public const string PasskeyAdded = "passkey.added";
    public const string PasskeyRemoved = "passkey.removed";
    public const string LinkMade = "link.made";
    public const string LinkRevoked = "link.revoked";
    public const string KeyMade = "key.made";
    public const string KeyRevoked = "key.revoked";
    public const string KeyUsedByAdmin = "key.used-by-admin";
    public const string RoleRightsChanged = "role.rights";
    public const string SignUpChanged = "setting.sign-up";
    public const string ModelChanged = "model.changed";
    public const string QueueChanged = "queue.changed";
    public const string JobsChanged = "jobs.changed";
    public const string PictureModerated = "picture.moderated";
    public const string PictureReported = "picture.reported";
    public const string RuleChanged = "rule.changed";
    public const string AuditExported = "audit.exported";
#pragma warning restore CS1591
}
