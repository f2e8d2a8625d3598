using DiffusionHub.People.Audit;

namespace DiffusionHub.Web.Features.Admin.Audit;

/// <summary>The audit log in plain words.</summary>
internal static class AuditText
{
    /// <summary>What one can look for: beginnings of <see cref="AuditActions"/>.</summary>
    public static IReadOnlyList<(string Prefix, string Text)> Groups { get; } =
    [
        ("sign-", AuditTexts.GroupSignIns), ("account.", AuditTexts.GroupAccounts), ("password.", AuditTexts.GroupPasswords), ("key.", AuditTexts.GroupKeys), ("link.", AuditTexts.GroupLinks),
        ("role.", AuditTexts.GroupRoles), ("model.", AuditTexts.GroupModels), ("queue.", AuditTexts.GroupQueue), ("jobs.", AuditTexts.GroupJobs), ("picture.", AuditTexts.GroupPictures), ("rule.", AuditTexts.GroupRules),
    ];

    /// <summary>A deed in words; one that has none yet, by its name.</summary>
    public static string Of(string action) => AuditTexts.ResourceManager.GetString("On_" + action.Replace('.', '_').Replace('-', '_')) ?? action;
}
