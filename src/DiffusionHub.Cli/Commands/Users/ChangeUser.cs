using System.CommandLine;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Domain.Requests;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;

namespace DiffusionHub.Cli.Commands.Users;

/// <summary><c>hub users disable|enable EMAIL</c> and <c>hub users role EMAIL ROLE</c>.</summary>
internal static class ChangeUser
{
    public static Command Disable() => Create(
        "disable", UsersTexts.Disable, (people, account, stop) => people.Accounts.DisableAsync(account.Id, Actor.CommandLine, stop), UsersTexts.DisabledNow);

    public static Command Enable() => Create(
        "enable", UsersTexts.Enable, (people, account, stop) => people.Accounts.EnableAsync(account.Id, Actor.CommandLine, stop), UsersTexts.EnabledNow);

    public static Command Role()
    {
        var email = new Argument<string>("email") { Description = UsersTexts.Email };
        var role = new Argument<string>("role") { Description = UsersTexts.NewRole };
        return new PeopleCommand(new Command("role", UsersTexts.Role) { email, role }).Does(async (parsed, people, stop) =>
        {
            var wanted = UserFields.Role(parsed.GetRequiredValue(role), "ROLE");
            var account = await people.FindAsync(parsed.GetRequiredValue(email), stop);
            Refuse(await people.Accounts.SetRoleAsync(account.Id, wanted, Actor.CommandLine, stop));
            Console.WriteLine(PeopleCommand.Text(UsersTexts.RoleNow, account.Email, wanted));
        });
    }

    private static Command Create(string name, string description, Func<OpenPeople, Account, CancellationToken, Task<FieldError?>> change, string done)
    {
        var email = new Argument<string>("email") { Description = UsersTexts.Email };
        return new PeopleCommand(new Command(name, description) { email }).Does(async (parsed, people, stop) =>
        {
            var account = await people.FindAsync(parsed.GetRequiredValue(email), stop);
            Refuse(await change(people, account, stop));
            Console.WriteLine(PeopleCommand.Text(done, account.Email));
        });
    }

    private static void Refuse(FieldError? error)
    {
        if (error is not null)
        {
            throw new CommandException(error.Message);
        }
    }
}
