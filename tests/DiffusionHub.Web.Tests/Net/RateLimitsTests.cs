using System.Net;
using System.Security.Claims;
using DiffusionHub.Data.Settings;
using DiffusionHub.Web.Shared.Net.Limits;
using DiffusionHub.Web.Shared.People;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Net;

/// <summary>Whom a request is counted for, and how many there may be.</summary>
public sealed class RateLimitsTests : IDisposable
{
    private const string Member = "0a0a0a0a-0000-0000-0000-000000000001";
    private readonly RateLimits _limits = new(new HubSettings { DataFolder = "/tmp", Listen = "0.0.0.0" });

    public void Dispose() => _limits.Dispose();

    [Fact]
    public void Account_is_counted_wherever_it_asks_from_and_others_at_its_address_are_not()
    {
        Taken(() => Ask("/api/v1/models", "203.0.113.1", Member)).ShouldBeAbout(RateNumbers.General.Burst);
        Taken(() => Ask("/api/v1/models", "203.0.113.2", Member)).ShouldBeAbout(0);
        Taken(() => Ask("/api/v1/models", "203.0.113.1", "another")).ShouldBeAbout(RateNumbers.General.Burst);
        Taken(() => Ask("/api/v1/models", "203.0.113.1", null)).ShouldBeAbout(RateNumbers.General.Burst);
    }

    [Theory]
    [InlineData("GET", "/pictures/x.png", 2400)]
    [InlineData("GET", "/css/app.css", 2400)]
    [InlineData("GET", "/gallery", 600)]
    [InlineData("POST", "/api/v1/jobs", 120)]
    [InlineData("POST", "/API/V1/uploads", 120)]
    [InlineData("DELETE", "/api/v1/jobs/7", 120)]
    [InlineData("POST", "/pictures/x.png", 600)]
    public void Each_kind_of_request_has_its_own_allowance(string method, string path, int burst)
    {
        Taken(() => Ask(path, "203.0.113.1", Member, method)).ShouldBeAbout(burst);
        Taken(() => Ask("/health/live", "203.0.113.1", Member)).ShouldBeAbout(burst == 600 ? 0 : 600);
    }

    [Fact]
    public void Key_with_a_limit_of_its_own_is_held_to_that()
    {
        Taken(() => Ask("/api/v1/models", "203.0.113.1", Member, key: ("k1", 30))).ShouldBeAbout(30);
        Taken(() => Ask("/pictures/x.png", "203.0.113.1", Member, key: ("k1", 30))).ShouldBeAbout(0);
        Taken(() => Ask("/api/v1/models", "203.0.113.1", Member, key: ("k2", 5))).ShouldBeAbout(5);
        Taken(() => Ask("/api/v1/models", "203.0.113.1", Member)).ShouldBeAbout(RateNumbers.General.Burst);
        // A changed limit counts from the next request on.
        Taken(() => Ask("/api/v1/models", "203.0.113.1", Member, key: ("k1", 60))).ShouldBeAbout(60);
    }

    [Fact]
    public void Owner_of_a_hub_without_accounts_has_fifty_times_as_much() =>
        Taken(() => Ask("/api/v1/models", "127.0.0.1", Member, type: HubClaims.Local)).ShouldBeAbout(50 * RateNumbers.General.Burst);

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", "", true)]
    [InlineData("127.0.0.1", "127.0.0.1", "hub.example", false)]
    [InlineData("0.0.0.0", "127.0.0.1", "", false)]
    [InlineData("127.0.0.1", "203.0.113.1", "", false)]
    public void Machines_own_programs_count_as_the_owner_where_nobody_else_comes(string listen, string from, string host, bool owner)
    {
        var settings = new HubSettings { DataFolder = "/tmp", Listen = listen, Hosts = host.Length > 0 ? [host] : [] };
        Caller.Of(Ask("/", from, null), settings).IsOwner.ShouldBe(owner);
        Caller.Of(Ask("/", from, null), settings with { Proxies = [IPNetwork.Parse("127.0.0.1/32")] }).IsOwner.ShouldBeFalse();
    }

    [Fact]
    public void Fifty_lines_may_be_open_at_once()
    {
        var open = Enumerable.Range(0, RateNumbers.OpenLines).Select(i => _limits.Requests.AttemptAcquire(Ask(i % 2 == 0 ? "/_blazor" : "/hubs/jobs", "203.0.113.1", Member))).ToList();
        open.ShouldAllBe(lease => lease.IsAcquired);
        Taken(() => Ask("/hubs/jobs", "203.0.113.1", Member), most: 1).ShouldBe(0);
        Taken(() => Ask("/hubs/jobs", "203.0.113.1", "another"), most: 1).ShouldBe(1);
        open[0].Dispose();
        Taken(() => Ask("/hubs/jobs", "203.0.113.1", Member), most: 1).ShouldBe(1);
        open.ForEach(lease => lease.Dispose());
    }

    [Theory]
    [InlineData("POST", "/account/sign-in", 20)]
    [InlineData("POST", "/Account/anything/new", 20)]
    [InlineData("POST", "/setup", 20)]
    [InlineData("GET", "/account/sign-in", 100)]
    [InlineData("POST", "/accounts", 100)]
    public void Door_counts_what_tries_passwords_by_address_even_for_the_owner(string method, string path, int taken)
    {
        var count = 0;
        for (var i = 0; i < 100; i++)
        {
            using var lease = _limits.Door.AttemptAcquire(Ask(path, "203.0.113.1", $"{i}", method, type: HubClaims.Local));
            count += lease.IsAcquired ? 1 : 0;
        }

        count.ShouldBe(taken);
    }

    [Fact]
    public void Submits_of_a_live_line_and_over_HTTP_count_together()
    {
        Taken(() => Ask("/api/v1/jobs", "203.0.113.1", Member, "POST"), most: 100).ShouldBe(100);
        var line = Ask("/hubs/jobs", "203.0.113.1", Member);
        Enumerable.Range(0, 50).Count(_ => _limits.TakeSubmit(line)).ShouldBe(RateNumbers.Submit.Burst - 100);
    }

    [Fact]
    public void Who_brings_wrong_keys_is_not_looked_at_for_a_while()
    {
        var http = Ask("/api/v1/models", "203.0.113.9", null);
        for (var i = 0; i < RateNumbers.WrongKey.Burst; i++)
        {
            _limits.TriesKeys(http).ShouldBeFalse();
            _limits.CountWrongKey(http);
        }

        // A token may have flowed in meanwhile.
        _limits.CountWrongKey(http);
        _limits.CountWrongKey(http);
        _limits.TriesKeys(http).ShouldBeTrue();
        _limits.TriesKeys(Ask("/api/v1/models", "203.0.113.10", null)).ShouldBeFalse();
    }

    // How many of the requests get through, one after the other, until one does not.
    private int Taken(Func<HttpContext> ask, int most = int.MaxValue)
    {
        var taken = 0;
        while (taken < most)
        {
            using var lease = _limits.Requests.AttemptAcquire(ask());
            if (!lease.IsAcquired)
            {
                break;
            }

            taken++;
        }

        return taken;
    }

    private static DefaultHttpContext Ask(string path, string address, string? account, string method = "GET", (string Id, int Rate)? key = null, string type = "test")
    {
        var http = new DefaultHttpContext { Request = { Path = path, Method = method }, Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
        if (account is not null)
        {
            List<Claim> claims = [new(ClaimTypes.NameIdentifier, account)];
            if (key is { } own)
            {
                claims.AddRange([new(HubClaims.Key, own.Id), new(Caller.RateClaim, $"{own.Rate}")]);
            }

            http.User = new ClaimsPrincipal(new ClaimsIdentity(claims, type));
        }

        return http;
    }
}

/// <summary>Tokens flow in while a test takes them.</summary>
internal static class Abouts
{
    public static void ShouldBeAbout(this int taken, int burst) => taken.ShouldBeInRange(burst, burst + Math.Max(60, burst / 5));
}
