using System.CommandLine;
using DiffusionHub.Cli.Shell;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Links;

namespace DiffusionHub.Cli.Commands.Users;

/// <summary><c>hub users reset EMAIL</c> and <c>hub users setup-link</c>: the link alone on standard output, what it is for on the other.</summary>
internal static class UserLinks
{
    public static Command Reset()
    {
        var email = new Argument<string>("email") { Description = UsersTexts.Email };
        var url = UrlOption.Create();
        return new PeopleCommand(new Command("reset", UsersTexts.Reset) { email, url }).Does(async (parsed, people, stop) =>
        {
            var prefix = UrlOption.Of(parsed, url);
            var account = await people.FindAsync(parsed.GetRequiredValue(email), stop);
            await Console.Error.WriteLineAsync(PeopleCommand.Text(UsersTexts.ResetNote, account.Email, LinkWish.ResetLifetime.TotalHours));
            Console.WriteLine(await ResetAsync(people, account, prefix, stop));
        });
    }

    public static Command Setup()
    {
        var url = UrlOption.Create();
        return new PeopleCommand(new Command("setup-link", UsersTexts.SetupLink) { url }).Does(async (parsed, people, stop) =>
        {
            var prefix = UrlOption.Of(parsed, url);
            if ((await people.Accounts.ExistAsync(stop)).Admin)
            {
                throw new CommandException(UsersTexts.HasAdmin);
            }

            await Console.Error.WriteLineAsync(PeopleCommand.Text(UsersTexts.SetupNote, LinkWish.SetupLifetime.TotalMinutes));
            Console.WriteLine(people.Link(prefix, "/setup?token=" + await people.Host.SetupLinkAsync(stop)));
        });
    }

    /// <summary>A link by which somebody sets a password.</summary>
    public static async Task<string> ResetAsync(OpenPeople people, Account account, string? url, CancellationToken stop) =>
        people.Link(url, "/account/reset?link=" + await people.Accounts.ResetLinkAsync(account, Actor.CommandLine, stop));
}
