using System.Net.WebSockets;
using System.Reflection;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Roles;
using DiffusionHub.People.Sessions;
using DiffusionHub.Web.Hubs;
using Microsoft.AspNetCore.SignalR;
using Shouldly;
using Xunit;

namespace DiffusionHub.Security;

/// <summary>Every method of the live line, called by everybody; and lines of people who lose what they had.</summary>
[Collection(OneHub.Name)]
public sealed class LineTests(SecurityFixture hub)
{
    private static readonly Actor Tests = new(null, "tests", "tests", null);
    private static readonly TimeSpan Felt = TimeSpan.FromSeconds(5);

    private static readonly Dictionary<string, Need> Methods = new(StringComparer.Ordinal)
    {
        [nameof(JobsHub.Submit)] = Need.Generate,
        [nameof(JobsHub.Cancel)] = Need.Generate,
        [nameof(JobsHub.Watch)] = Need.Read,
    };

    public static TheoryData<string, Caller> Calls => [.. Methods.Keys.SelectMany(m => Enum.GetValues<Caller>().Select(c => (m, c)))];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_hub_and_method_has_an_entry()
    {
        typeof(JobsHub).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Hub)) && !t.IsAbstract).ShouldBe([typeof(JobsHub)]);
        typeof(JobsHub).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(m => m.GetBaseDefinition().DeclaringType != typeof(Hub))
            .Select(m => m.Name).Order(StringComparer.Ordinal).ShouldBe(Methods.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Method_answers_those_who_may_and_nobody_else(string method, Caller caller)
    {
        var may = Rules.Allow(Methods[method], caller);
        // Whoever may not read cannot even open the line.
        if (!Rules.Allow(Need.Read, caller))
        {
            await Should.ThrowAsync<WebSocketException>(() => OpenAsync(caller));
            return;
        }

        using var line = await OpenAsync(caller);
        if (method == nameof(JobsHub.Watch))
        {
            // A key that may only read watches; what it sees is its owner's.
            await line.StreamAsync(method, Stop);
            return;
        }

        object?[] arguments = method == nameof(JobsHub.Submit) ? [new { model = "sprout", prompt = "fig" }] : [999_999_999L];
        var answer = await line.CallAsync(method, arguments, Stop);
        answer.TryGetProperty("error", out _).ShouldBe(!may, answer.ToString());
    }

    [Fact]
    public async Task Disabled_persons_line_is_cut_within_five_seconds()
    {
        var (id, cookie) = await NewPersonAsync("cut");
        using var line = await LineClient.OpenAsync(hub.Address, cookie, null, Stop);
        await line.StreamAsync(nameof(JobsHub.Watch), Stop);
        await hub.Get<AccountBook>().DisableAsync(id, Tests, Stop);
        await ShouldEndAsync(line);
    }

    [Fact]
    public async Task Session_that_is_ended_takes_its_line_with_it()
    {
        var (id, cookie) = await NewPersonAsync("ended");
        using var line = await LineClient.OpenAsync(hub.Address, cookie, null, Stop);
        (await hub.Get<SessionBook>().EndAllAsync(id, cancellationToken: Stop)).ShouldBe(1);
        await ShouldEndAsync(line);
    }

    [Fact]
    public async Task Role_that_is_taken_away_is_felt_by_an_open_line()
    {
        var (id, cookie) = await NewPersonAsync("lowered");
        using var line = await LineClient.OpenAsync(hub.Address, cookie, null, Stop);
        object?[] request = [new { model = "sprout", prompt = "fig" }];
        (await line.CallAsync(nameof(JobsHub.Submit), request, Stop)).TryGetProperty("error", out _).ShouldBeFalse();
        (await hub.Get<AccountBook>().SetRoleAsync(id, RoleNames.Viewer, Tests, Stop)).ShouldBeNull();
        (await line.CallAsync(nameof(JobsHub.Submit), request, Stop)).TryGetProperty("error", out _).ShouldBeTrue();
    }

    private async Task<LineClient> OpenAsync(Caller caller) => hub.As(caller).DefaultRequestHeaders.Authorization is { Parameter: { } key }
        ? await LineClient.OpenAsync(hub.Address, null, key, Stop)
        : await LineClient.OpenAsync(hub.Address, hub.CookiesOf(caller), null, Stop);

    private async Task<(Guid Id, string Cookie)> NewPersonAsync(string name)
    {
        var id = await hub.AddAsync($"line-{name}@example.org", RoleNames.Member);
        return (id, await hub.SessionOfAsync(id));
    }

    private static async Task ShouldEndAsync(LineClient line)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Felt);
        var error = await Should.ThrowAsync<Exception>(async () =>
        {
            while (true)
            {
                var message = await line.ReadAsync(limit.Token);
                if (message.TryGetProperty("type", out var type) && type.GetInt32() == 7)
                {
                    throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
                }
            }
        });
        error.ShouldBeOfType<WebSocketException>();
    }
}
