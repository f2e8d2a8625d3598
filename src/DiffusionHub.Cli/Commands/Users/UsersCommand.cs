using System.CommandLine;

namespace DiffusionHub.Cli.Commands.Users;

/// <summary><c>hub users</c>: accounts.</summary>
internal static class UsersCommand
{
    public static Command Create() => new("users", UsersTexts.Description)
    {
        AddUser.Create(),
        ListUsers.Create(),
        ChangeUser.Disable(),
        ChangeUser.Enable(),
        ChangeUser.Role(),
        UserLinks.Reset(),
        UserLinks.Setup(),
    };
}
