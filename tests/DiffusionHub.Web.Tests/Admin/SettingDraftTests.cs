using DiffusionHub.Queue;
using DiffusionHub.Web.Features.Admin;
using DiffusionHub.Web.Features.Admin.Settings;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Admin;

public sealed class SettingDraftTests
{
    [Theory]
    [InlineData("2", 2.0)]
    [InlineData(" 2,5 ", 2.5)]
    [InlineData("0.001", 0.001)]
    [InlineData("1000", 1000.0)]
    public void Number_in_range_is_read(string text, double value)
    {
        var draft = Typed(new SettingDraft(SettingRange.Weight), text);
        draft.TryRead(out var read).ShouldBeTrue();
        read.ShouldBe(value);
        draft.Error.ShouldBeNull();
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("1e9")]
    [InlineData("1000000000")]
    [InlineData("two")]
    [InlineData("NaN")]
    [InlineData("∞")]
    [InlineData("")]
    public void Anything_else_is_refused_with_field_limits_and_what_was_found(string text)
    {
        var draft = Typed(new SettingDraft(SettingRange.Weight), text);
        draft.TryRead(out _).ShouldBeFalse();
        draft.Error.ShouldBe($"Weight must be a number from 0.001 to 1,000; found “{text}”.");
    }

    [Fact]
    public void Whole_numbers_and_optional_ones_are_told_apart()
    {
        var optional = Typed(new SettingDraft(SettingRange.RunningLimit, optional: true), "");
        optional.TryRead(out var none).ShouldBeTrue();
        none.ShouldBeNull();
        Typed(optional, "1.5").TryRead(out _).ShouldBeFalse();
        optional.Error!.ShouldContain("whole number from 0 to 100,000");
    }

    [Fact]
    public void What_is_typed_outlives_what_the_page_reads_until_it_is_kept()
    {
        var draft = new SettingDraft(SettingRange.Patience);
        draft.Show(10);
        (draft.Text, draft.Changed).ShouldBe(("10", false));
        draft.Type("20");
        draft.Show(15);
        (draft.Text, draft.Changed).ShouldBe(("20", true));
        draft.Keep();
        draft.Show(20);
        (draft.Text, draft.Changed).ShouldBe(("20", false));
        draft.Show(30);
        draft.Text.ShouldBe("30");
    }

    [Fact]
    public async Task Costly_reading_is_done_again_only_once_it_is_old_or_something_was_changed()
    {
        var (time, reads) = (new HandClock(), 0);
        var paced = new Paced<string>(time, TimeSpan.FromSeconds(4), _ => Task.FromResult($"{++reads}"));
        (await paced.ReadAsync(CancellationToken.None)).ShouldBe("1");
        time.Seconds = 3.9;
        (await paced.ReadAsync(CancellationToken.None)).ShouldBe("1");
        time.Seconds = 4;
        (await paced.ReadAsync(CancellationToken.None)).ShouldBe("2");
        paced.Forget();
        (await paced.ReadAsync(CancellationToken.None)).ShouldBe("3");
    }

    [Theory]
    [InlineData(340, "340 ms")]
    [InlineData(12_500, "12.5 s")]
    [InlineData(200_000, "3 min 20 s")]
    [InlineData(7_500_000, "2 h 5 min")]
    public void Durations_read_in_the_unit_that_suits(int milliseconds, string text) =>
        AdminText.Duration(TimeSpan.FromMilliseconds(milliseconds)).ShouldBe(text);

    private static SettingDraft Typed(SettingDraft draft, string text)
    {
        draft.Type(text);
        return draft;
    }

    private sealed class HandClock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(Seconds * 1000);
    }
}
