using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Data.Settings;
using DiffusionHub.People;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Keys;
using DiffusionHub.People.Roles;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Cli.Commands.Bench.SignIn;

/// <summary>What <c>hub bench sign-in --json</c> prints; milliseconds.</summary>
/// <param name="HashMs">One look at a password.</param>
/// <param name="UnknownMs">Sign-in with an address that has no account; median.</param>
/// <param name="WrongMs">Sign-in with a wrong password; median, taken in turns with the former.</param>
/// <param name="UnknownOverWrong">The one by the other.</param>
/// <param name="AloneMs">Another person's request without a flood; median.</param>
/// <param name="FloodedMs">The same while one address sends wrong passwords.</param>
/// <param name="FloodedOverAlone">The one by the other.</param>
/// <param name="FloodPerSecond">Wrong passwords a second.</param>
internal sealed record SignInReport(
    double HashMs, double UnknownMs, double WrongMs, double UnknownOverWrong, double AloneMs, double FloodedMs, double FloodedOverAlone, double FloodPerSecond);

/// <summary>
/// <c>hub bench sign-in</c>: what a sign-in costs, whether its time tells which addresses have accounts, and what somebody who tries passwords
/// in masses does to the others. On a hub of its own that believes a proxy on this machine, so that addresses can be played.
/// </summary>
internal static class SignInBench
{
    private const string Password = "a heron stands in the reeds";
    private const int Hashes = 9;
    private const int Pairs = 41;
    private static readonly TimeSpan Part = TimeSpan.FromSeconds(2);
    private const int Parts = 4;
    private static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = BenchTexts.Json };
        var command = new Command("sign-in", SignInTexts.Description) { json };
        command.SetAction(async (parsed, stop) =>
        {
            var report = await RunAsync(stop);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(report, Written));
            }
            else
            {
                Print(report);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<SignInReport> RunAsync(CancellationToken stop)
    {
        await using var hub = await OwnHub.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal) { [KnownSettings.Accounts.Variable] = "on", [KnownSettings.Proxies.Variable] = "127.0.0.1" }, stop);
        await using var people = hub.OpenPeople();
        var book = people.Get<AccountBook>();
        // Each account is tried once: none is locked.
        foreach (var who in Enumerable.Range(0, Pairs + 1))
        {
            var (_, errors) = await book.CreateAsync(Email(who), "Somebody", who == 0 ? RoleNames.Admin : RoleNames.Member, password: null, Actor.CommandLine, stop);
            if (errors.Count > 0)
            {
                throw new CommandException(errors[0].Message);
            }
        }

        var (hash, hashed) = HashTime();
        await using (var context = await people.Get<IDbContextFactory<PeopleDbContext>>().CreateDbContextAsync(stop))
        {
            await context.Accounts.ExecuteUpdateAsync(set => set.SetProperty(a => a.PasswordHash, hashed), stop);
        }

        using var visitors = new Visitors(hub.Url);
        var (unknown, wrong) = await PairsAsync(visitors, stop);
        var (key, _) = await people.Get<KeyRing>().CreateAsync((await book.FindAsync(Email(0), stop))!.Id, new KeyWish("bench", [KeyScopes.Read]), Actor.CommandLine, stop);
        var (alone, flooded, rate) = await new Flood(visitors, key!, Part, Parts).RunAsync(stop);
        return new SignInReport(hash, unknown, wrong, Ratio(unknown, wrong), alone, flooded, Ratio(flooded, alone), rate);
    }

    private static (double Ms, string Hash) HashTime()
    {
        var hasher = new PasswordHasher<Account>(Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = PeopleServices.HashRounds }));
        var nobody = new Account { Role = "" };
        var hash = hasher.HashPassword(nobody, Password);
        var times = Enumerable.Range(0, Hashes).Select(_ =>
        {
            var begun = Stopwatch.GetTimestamp();
            hasher.VerifyHashedPassword(nobody, hash, "not " + Password);
            return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        }).Median();
        return (Math.Round(times, 1), hash);
    }

    private static async Task<(double Unknown, double Wrong)> PairsAsync(Visitors visitors, CancellationToken stop)
    {
        var (unknown, wrong) = (new List<double>(), new List<double>());
        for (var i = 0; i < Pairs; i++)
        {
            // In turns, and each first as often as second, so that what else the machine does falls on both.
            foreach (var known in i % 2 == 0 ? new[] { true, false } : [false, true])
            {
                var time = await visitors.TryAsync(known ? Email(i + 1) : string.Create(CultureInfo.InvariantCulture, $"nobody{i}@example.org"), stop);
                (known ? wrong : unknown).Add(time);
            }
        }

        return (Math.Round(unknown.Median(), 1), Math.Round(wrong.Median(), 1));
    }

    private static string Email(int who) => string.Create(CultureInfo.InvariantCulture, $"person{who}@example.org");

    private static double Ratio(double a, double b) => Math.Round(a / b, 3);

    private static void Print(SignInReport report)
    {
        (string Name, double Value)[] rows =
        [
            (SignInTexts.Hash, report.HashMs), (SignInTexts.Unknown, report.UnknownMs), (SignInTexts.Wrong, report.WrongMs), (SignInTexts.UnknownOverWrong, report.UnknownOverWrong),
            (SignInTexts.Alone, report.AloneMs), (SignInTexts.Flooded, report.FloodedMs), (SignInTexts.FloodedOverAlone, report.FloodedOverAlone), (SignInTexts.Rate, report.FloodPerSecond),
        ];
        foreach (var (name, value) in rows)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-62} {value,9:0.###}"));
        }
    }
}
