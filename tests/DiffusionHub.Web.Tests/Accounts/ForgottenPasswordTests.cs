using System.Net;
using DiffusionHub.Data.Settings;
using DiffusionHub.People.Accounts;
using DiffusionHub.Web.Features.Accounts.Mail;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Accounts;

public sealed class ForgottenPasswordTests(AccountsFixture web) : IClassFixture<AccountsFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Link_comes_by_mail_once_in_five_minutes_and_works_once()
    {
        var account = await web.MakeAsync();
        var gone = await web.MakeAsync();
        (await web.Get<AccountBook>().DisableAsync(gone.Id, DiffusionHub.People.Audit.Actor.CommandLine, Stop)).ShouldBeNull();
        using var visitor = web.Visit();
        (await visitor.TextAsync("/account/sign-in")).ShouldContain("href=\"/account/forgot\"");
        // In the order in which they are asked for: those who get none come before the one who does.
        var answers = new List<string>();
        foreach (var email in new[] { "nobody@example.org", gone.Email!, "", new string('x', 300) + "@example.org", account.Id.ToString(), "a@example.org\r\nRCPT TO:<b@example.org>", account.Email!, account.Email!.ToUpperInvariant() })
        {
            using var answer = await visitor.SendAsync("/account/forgot", null, ("Form.Email", email));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answers.Add((await answer.Content.ReadAsStringAsync(Stop)).Split("<h1")[1].Split("</main>")[0]);
        }

        answers.Distinct().Count().ShouldBe(1, "the answer tells who has an account");
        var letter = await web.Mail.NextAsync(Stop);
        letter.ShouldContain($"Envelope: RCPT TO:<{account.Email}>");
        letter.ShouldContain("From: DiffusionHub <hub@example.org>");
        var link = letter.Split('\n').Single(l => l.Contains("/account/reset?link=", StringComparison.Ordinal)).Trim();
        link.ShouldStartWith(web.Address.ToString());

        // A later person's e-mail is the next one: the second of the first was not sent.
        var later = await web.MakeAsync();
        using (await visitor.SendAsync("/account/forgot", null, ("Form.Email", later.Email!)))
        {
            (await web.Mail.NextAsync(Stop)).ShouldContain(later.Email!);
        }

        web.Mail.HasMore.ShouldBeFalse();
        var path = new Uri(link).PathAndQuery;
        (await ResetAsync(visitor, path, "short")).ShouldContain("at least 12");
        (await ResetAsync(visitor, path, "another long sentence")).ShouldContain("Your new password is set");
        (await visitor.TextAsync(path)).ShouldContain("used already");
        (await visitor.SignInAsync(account.Email!)).ShouldBeNull();
        (await visitor.SignInAsync(account.Email!, "another long sentence")).ShouldBe("/");
    }

    [Fact]
    public async Task Expired_link_sets_nothing()
    {
        var account = await web.MakeAsync();
        var secret = await web.Get<AccountBook>().ResetLinkAsync(account, DiffusionHub.People.Audit.Actor.CommandLine, Stop);
        await using var age = web.Database.CreateCommand("UPDATE people.link SET expires_at = now() - interval '1 second' WHERE account_id = $1");
        age.Parameters.Add(new Npgsql.NpgsqlParameter { Value = account.Id });
        await age.ExecuteNonQueryAsync(Stop);
        using var visitor = web.Visit();
        (await visitor.TextAsync($"/account/reset?link={secret}")).ShouldContain("too old");
    }

    [Theory]
    [InlineData("hub.example", "https://hub.example")]
    [InlineData("10.0.0.5:8080", "https://10.0.0.5:8080")]
    [InlineData("6.6.6.6", "https://hub.example")]
    [InlineData("[2001:db8::1]", "https://hub.example")]
    public void Strangers_choose_no_address_for_links(string host, string expected)
    {
        var http = new DefaultHttpContext { Request = { Scheme = "https", Host = new HostString(host) }, Connection = { LocalIpAddress = IPAddress.Parse("::ffff:10.0.0.5"), LocalPort = 8080 } };
        HubAddress.Of(http, new HubSettings { DataFolder = "/x", Hosts = ["hub.example"] }).ShouldBe(expected);
        if (expected == "https://hub.example" && host != "hub.example")
        {
            HubAddress.Of(http, new HubSettings { DataFolder = "/x" }).ShouldBe("https://10.0.0.5:8080");
        }
    }

    [Theory]
    [InlineData("smtp://mail.example", "mail.example", 587, false, null, "")]
    [InlineData("smtps://mail.example", "mail.example", 465, true, null, "")]
    [InlineData("smtp://ann%40example.org:p%3Aw%2F@[::1]:25/", "::1", 25, false, "ann@example.org", "p:w/")]
    public void Mail_servers_are_read(string text, string host, int port, bool tls, string? user, string password) =>
        MailServer.Read(text).ShouldBe(new MailServer(host, port, tls, user, password));

    [Theory]
    [InlineData("")]
    [InlineData("mail.example")]
    [InlineData("http://mail.example")]
    [InlineData("smtp://")]
    [InlineData("smtp://mail.example/path")]
    public void Other_texts_are_no_mail_servers(string text) => MailServer.Read(text).ShouldBeNull();

    [Theory]
    [InlineData("ann@example.org\r\nBcc: b@example.org")]
    [InlineData("Ann <ann@example.org>")]
    [InlineData("ann@example.org> SIZE=1")]
    [InlineData("änn@example.org")]
    public async Task Addresses_that_could_say_more_are_not_written_to(string address)
    {
        var mailer = new Mailer(new HubSettings { DataFolder = "/x", Smtp = $"smtp://127.0.0.1:{web.Mail.Port}" }, TimeProvider.System);
        await Should.ThrowAsync<MailException>(() => mailer.SendAsync(new Letter(address, "x", "x"), Stop));
    }

    [Fact]
    public async Task Password_is_not_told_without_tls()
    {
        using var server = new FakeMailServer();
        var mailer = new Mailer(new HubSettings { DataFolder = "/x", Smtp = $"smtp://ann:geheim@127.0.0.1:{server.Port}" }, TimeProvider.System);
        (await Should.ThrowAsync<MailException>(() => mailer.SendAsync(new Letter("a@example.org", "x", "x"), Stop))).Message.ShouldContain("offers no TLS");
        server.Heard.ShouldAllBe(line => line.StartsWith("EHLO"));
    }

    private static async Task<string> ResetAsync(Visitor visitor, string path, string password)
    {
        using var answer = await visitor.SendAsync(path, null, ("Form.Password", password));
        return await answer.Content.ReadAsStringAsync(Stop);
    }
}
