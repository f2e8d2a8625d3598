using DiffusionHub.People.Roles;

namespace DiffusionHub.Web.Features.Admin.People;

/// <summary>Roles in plain words.</summary>
internal static class RoleText
{
    public static string Name(string role) => role switch
    {
        RoleNames.Viewer => PeopleAdminTexts.Viewer,
        RoleNames.Member => PeopleAdminTexts.Member,
        RoleNames.Moderator => PeopleAdminTexts.Moderator,
        RoleNames.Admin => PeopleAdminTexts.Administrator,
        _ => role,
    };

    public static string What(string role) => role switch
    {
        RoleNames.Viewer => PeopleAdminTexts.ViewerWhat,
        RoleNames.Member => PeopleAdminTexts.MemberWhat,
        RoleNames.Moderator => PeopleAdminTexts.ModeratorWhat,
        _ => PeopleAdminTexts.AdministratorWhat,
    };
}
