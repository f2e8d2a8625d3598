using DiffusionHub.People.Accounts;
using DiffusionHub.Tests;
using DiffusionHub.Web.Features.Accounts.Own;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Accounts;

public sealed class TwoStepTests(AccountsFixture web) : IClassFixture<AccountsFixture>
{
    private TwoStep TwoStep => web.Get<TwoStep>();

    [Fact]
    public async Task Code_switches_it_on_signs_in_once_and_not_twice()
    {
        var account = await web.MakeAsync();
        var key = await OnAsync(account);
        var code = Totp.Code(key, later: 1);
        using var visitor = web.Visit();
        (await visitor.SignInAsync(account.Email!)).ShouldStartWith("/account/second-factor");
        (await visitor.GetAsync("/account")).Headers.Location!.ToString().ShouldContain("sign-in", Case.Sensitive, "the password alone opens nothing");
        (await SendCodeAsync(visitor, code)).ShouldBe("/");
        (await visitor.TextAsync("/account/security")).ShouldContain("10 recovery codes are left");

        using var thief = web.Visit();
        await thief.SignInAsync(account.Email!);
        (await SendCodeAsync(thief, code)).ShouldBeNull("a code counts once");
        (await web.DeedsAsync(account.Email!)).ShouldBe(["account.made", "two-factor.changed on", "sign-in.done authenticator", "sign-in.failed second factor"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("000000")]
    [InlineData("12345")]
    [InlineData("abcdef")]
    [InlineData("١٢٣٤٥٦")]
    [InlineData("00000000000000000000000000000000000000000000000000")]
    public async Task Wrong_first_code_switches_nothing_on(string code)
    {
        var me = await web.MeAsync(await web.MakeAsync());
        (await TwoStep.BeginAsync(me)).ShouldNotBeNull();
        (await TwoStep.SwitchOnAsync(me, code)).ShouldBeNull();
        (await web.Get<OwnAccount>().WaysAsync(me.Id)).TwoStep.ShouldBeFalse();
    }

    [Fact]
    public async Task Each_recovery_code_signs_in_once_and_the_others_stay_good()
    {
        var account = await web.MakeAsync();
        var me = await web.MeAsync(account);
        var secret = (await TwoStep.BeginAsync(me))!;
        var codes = (await TwoStep.SwitchOnAsync(me, Totp.Code(secret.Key)))!;
        codes.Count.ShouldBe(10);
        foreach (var (code, left) in codes.Take(3).Select((c, i) => (c, 9 - i)))
        {
            using var visitor = web.Visit();
            await visitor.SignInAsync(account.Email!);
            (await SendCodeAsync(visitor, code.ToLowerInvariant())).ShouldBe("/");
            (await web.Get<OwnAccount>().WaysAsync(me.Id)).CodesLeft.ShouldBe(left);
        }

        using var again = web.Visit();
        await again.SignInAsync(account.Email!);
        (await SendCodeAsync(again, codes[0])).ShouldBeNull();

        var renewed = await TwoStep.RenewAsync(me);
        (await SendCodeAsync(again, codes[5])).ShouldBeNull("renewed codes end the old ones");
        (await SendCodeAsync(again, renewed[0])).ShouldBe("/");
    }

    [Fact]
    public async Task Database_holds_neither_secret_nor_codes_in_plain()
    {
        var me = await web.MeAsync(await web.MakeAsync());
        var secret = (await TwoStep.BeginAsync(me))!;
        var codes = (await TwoStep.SwitchOnAsync(me, Totp.Code(secret.Key)))!;
        await using var read = web.Database.CreateCommand("SELECT string_agg(value, ' ') FROM people.account_token WHERE user_id = $1");
        read.Parameters.Add(new Npgsql.NpgsqlParameter { Value = me.Id });
        var stored = (string)(await read.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        stored.ShouldNotContain(secret.Key.Replace(" ", "", StringComparison.Ordinal));
        codes.ShouldAllBe(c => !stored.Contains(c));
    }

    [Fact]
    public async Task Switched_off_the_password_is_enough_and_the_secret_is_another_one()
    {
        var account = await web.MakeAsync();
        var key = await OnAsync(account);
        var me = await web.MeAsync(account);
        (await TwoStep.BeginAsync(me)).ShouldBeNull("a secret in use is not replaced");
        await TwoStep.SwitchOffAsync(me);
        using var visitor = web.Visit();
        (await visitor.SignInAsync(account.Email!)).ShouldBe("/");
        (await TwoStep.SwitchOnAsync(me, Totp.Code(key, 1))).ShouldBeNull();
    }

    [Fact]
    public void Qr_code_has_three_finders_and_a_quiet_zone()
    {
        var (path, side) = new AuthenticatorSecret("ABCD", "otpauth://totp/DiffusionHub:a?secret=ABCD&issuer=DiffusionHub").QrCode();
        side.ShouldBeInRange(29 + 8, 60);
        path.ShouldStartWith("M4 4h1v1h-1z");
        path.ShouldContain($"M{side - 5} 4h1v1h-1z");
        path.ShouldContain($"M4 {side - 5}h1v1h-1z");
        path.ShouldNotContain("M3 ");
    }

    private async Task<string> OnAsync(Account account)
    {
        var me = await web.MeAsync(account);
        var secret = (await TwoStep.BeginAsync(me))!;
        (await TwoStep.SwitchOnAsync(me, Totp.Code(secret.Key))).ShouldNotBeNull();
        return secret.Key;
    }

    private static async Task<string?> SendCodeAsync(Visitor visitor, string code)
    {
        using var answer = await visitor.SendAsync("/account/second-factor", null, ("Form.Code", code));
        return Visitor.PathOf(answer);
    }
}
