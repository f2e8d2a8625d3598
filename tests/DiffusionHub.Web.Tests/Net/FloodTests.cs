using System.Diagnostics;
using System.Net;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Net;

/// <summary>
/// How long others wait while somebody floods the node. Run alone on a quiet machine: <c>DiffusionHub.Web.Tests -explicit only -class '*FloodTests'</c>.
/// Each figure is the median of requests that come ten a second, before and during the flood.
/// </summary>
public sealed class FloodTests(WebFixture web, ITestOutputHelper output) : IClassFixture<WebFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Thousand_wrong_passwords_a_second_slow_others_by_no_more_than_a_fifth() => await UnderAsync("wrong passwords", async stop =>
    {
        var (sent, refused, clock) = (0, 0, Stopwatch.StartNew());
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = CancellationToken.None }, async (_, _) =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (Volatile.Read(ref sent) > clock.Elapsed.TotalSeconds * 1000)
                {
                    await Task.Delay(1, CancellationToken.None);
                    continue;
                }

                Interlocked.Increment(ref sent);
                using var request = new HttpRequestMessage(HttpMethod.Post, "/account/sign-in");
                using var answer = await web.Http.SendAsync(request, CancellationToken.None);
                refused += answer.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0;
            }
        });
        return $"{sent / clock.Elapsed.TotalSeconds:F0} a second, {refused} of {sent} refused";
    });

    [Theory(Explicit = true)]
    [InlineData("/hubs/jobs", "calls")]
    [InlineData("/hubs/jobs", "pings")]
    [InlineData("/_blazor", "pings")]
    public async Task One_socket_that_sends_all_it_can_slows_others_by_no_more_than_a_fifth(string path, string what) => await UnderAsync($"{what} on {path}", async stop =>
    {
        var (sent, opened, clock) = (0L, 0, Stopwatch.StartNew());
        while (!stop.IsCancellationRequested)
        {
            opened++;
            using var line = await LiveLine.OpenAsync(web.Address, path, CancellationToken.None, path == "/_blazor" ? "blazorpack" : "json");
            // What the node answers must be taken, or it would be its sending that is held up.
            var answers = line.AnswersAsync(int.MaxValue, stop);
            try
            {
                while (!stop.IsCancellationRequested)
                {
                    await (what == "calls" ? line.CallAsync("Submit", "{}", 1, stop) : path == "/_blazor" ? line.PingAsync(stop) : line.SendAsync("{\"type\":6}\u001e", stop));
                    sent++;
                }
            }
            catch (Exception e) when (e is System.Net.WebSockets.WebSocketException or OperationCanceledException)
            {
                output.WriteLine(e.Message);
            }

            await answers.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        return $"{sent / clock.Elapsed.TotalSeconds:F0} messages a second given to TCP, {opened} lines";
    });

    private async Task UnderAsync(string flood, Func<CancellationToken, Task<string>> run)
    {
        await MeasureAsync(TimeSpan.FromSeconds(3));
        var before = await MeasureAsync(TimeSpan.FromSeconds(10));
        using var stop = new CancellationTokenSource();
        var flooding = Task.Run(() => run(stop.Token), Stop);
        // The burst is over by then.
        await MeasureAsync(TimeSpan.FromSeconds(3));
        var during = await MeasureAsync(TimeSpan.FromSeconds(10));
        await stop.CancelAsync();
        output.WriteLine($"{flood}: {await flooding}; others {before:F2} ms before, {during:F2} ms during ({(during / before) - 1:P0})");
        during.ShouldBeLessThan(before * 1.2);
    }

    private async Task<double> MeasureAsync(TimeSpan length)
    {
        var (times, whole) = (new List<double>(), Stopwatch.StartNew());
        while (whole.Elapsed < length)
        {
            var clock = Stopwatch.StartNew();
            using var answer = await web.Http.GetAsync(new Uri("/api/v1/models", UriKind.Relative), Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            times.Add(clock.Elapsed.TotalMilliseconds);
            await Task.Delay(TimeSpan.FromMilliseconds(100), Stop);
        }

        return times.Order().ElementAt(times.Count / 2);
    }
}
