using System.CommandLine;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Domain.People;
using DiffusionHub.Domain.Requests;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Links;

namespace DiffusionHub.Cli.Commands.Users;

/// <summary><c>hub users add EMAIL --role ROLE</c>.</summary>
internal static class AddUser
{
    private const int MostInput = 4096;

    public static Command Create()
    {
        var email = new Argument<string>("email") { Description = UsersTexts.Email };
        var role = new Option<string>("--role") { Description = UsersTexts.NewRole, Required = true };
        var name = new Option<string?>("--name") { Description = UsersTexts.Name };
        var fromInput = new Option<bool>("--password-stdin") { Description = UsersTexts.PasswordStdin };
        var url = UrlOption.Create();
        return new PeopleCommand(new Command("add", UsersTexts.Add) { email, role, name, fromInput, url }).Does(async (parsed, people, stop) =>
        {
            var address = parsed.GetRequiredValue(email).Trim();
            var wish = new Wish(address, parsed.GetValue(name) ?? address.Split('@')[0], UserFields.Role(parsed.GetRequiredValue(role), "--role"), UrlOption.Of(parsed, url));
            // What was typed wrong is said before the password is waited for.
            PeopleCommand.Check([.. AccountRules.Email(wish.Email), .. AccountRules.Name(wish.Name)], UserFields.Names);
            var password = parsed.GetValue(fromInput) ? await ReadPasswordAsync(stop) : null;
            PeopleCommand.Check(password is not null && PasswordRules.Fault(password, address) is { } fault ? [new FieldError("password", fault)] : [], UserFields.Names);
            await MakeAsync(people, wish, password, stop);
        });
    }

    private static async Task MakeAsync(OpenPeople people, Wish wish, string? password, CancellationToken stop)
    {
        var (made, errors) = await people.Accounts.CreateAsync(wish.Email, wish.Name, wish.Role, password, Actor.CommandLine, stop);
        PeopleCommand.Check(errors, UserFields.Names, ExitCodes.Failed);
        var account = made!;
        Console.WriteLine(PeopleCommand.Text(account.Id == User.LocalId ? UsersTexts.MadeFirst : UsersTexts.Made, account.Email, account.Role));
        if (password is null)
        {
            Console.WriteLine(PeopleCommand.Text(UsersTexts.SetPassword, LinkWish.ResetLifetime.TotalHours));
            Console.WriteLine(await UserLinks.ResetAsync(people, account, wish.Url, stop));
        }
    }

    private static async Task<string> ReadPasswordAsync(CancellationToken stop)
    {
        var buffer = new char[MostInput + 1];
        // One line is what a person types; a file or pipe is read to its end, less the line break that editors add.
        var text = Console.IsInputRedirected ? new string(buffer, 0, await Console.In.ReadBlockAsync(buffer, stop)) : Console.ReadLine() ?? "";
        text = text.EndsWith('\n') ? text[..^1].TrimEnd('\r') : text;
        return text.Length switch
        {
            0 => throw new CommandException(UsersTexts.NoPassword, ExitCodes.Usage),
            > MostInput => throw new CommandException(PeopleCommand.Text(UsersTexts.LongInput, MostInput), ExitCodes.Usage),
            _ => text,
        };
    }

    private sealed record Wish(string Email, string Name, string Role, string? Url);
}
