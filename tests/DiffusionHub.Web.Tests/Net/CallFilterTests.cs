using DiffusionHub.Web.Shared.Net.Limits;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Net;

public sealed class CallFilterTests(WebFixture web) : IClassFixture<WebFixture>
{
    [Fact]
    public async Task Calls_above_the_limit_are_refused_with_a_sentence_and_the_line_stays_open()
    {
        var stop = TestContext.Current.CancellationToken;
        using var line = await LiveLine.OpenAsync(web.Address, "/hubs/jobs", stop);
        await line.CallAsync("Submit", "{}", 400, stop);
        var answers = await line.AnswersAsync(400, stop);
        var refused = answers.Where(a => a.Contains("Too many calls at once", StringComparison.Ordinal)).ToList();
        answers.Count(a => a.Contains("\"errors\":[", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(RateNumbers.CallsAtOnce);
        refused.ShouldNotBeEmpty();
        refused[0].ShouldNotContain("   at ");
        (answers.Count - refused.Count).ShouldBeLessThan(400);
    }
}
