using System.Diagnostics;
using System.Net.Http.Headers;

namespace DiffusionHub.Cli.Commands.Bench.SignIn;

/// <summary>One address sends wrong passwords, a thousand a second as far as the machine manages; somebody else asks for the models meanwhile.</summary>
internal sealed class Flood(Visitors visitors, string key, TimeSpan part, int parts)
{
    private const int ASecond = 1000;
    private const int Senders = 24;
    private const string Attacker = "203.0.113.66";

    /// <summary>Parts with and without the flood take turns; medians of each, and the flood's rate.</summary>
    public async Task<(double Alone, double Flooded, double Rate)> RunAsync(CancellationToken stop)
    {
        var (alone, flooded) = (new List<double>(), new List<double>());
        await AskAsync(part, stop); // a cold path is nobody's measure
        var (sent, spent) = (0L, TimeSpan.Zero);
        for (var i = 0; i < parts; i++)
        {
            alone.AddRange(await AskAsync(part, stop));
            using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var begun = Stopwatch.GetTimestamp();
            var flood = Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => SendAsync(over.Token)));
            flooded.AddRange(await AskAsync(part, stop));
            await over.CancelAsync();
            sent += (await flood).Sum();
            spent += Stopwatch.GetElapsedTime(begun);
        }

        return (Math.Round(alone.Median(), 2), Math.Round(flooded.Median(), 2), Math.Round(sent / spent.TotalSeconds));
    }

    private async Task<List<double>> AskAsync(TimeSpan time, CancellationToken stop)
    {
        var times = new List<double>();
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < time)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/models");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            var asked = Stopwatch.GetTimestamp();
            using var answer = await visitors.Http.SendAsync(request, stop);
            await answer.Content.ReadAsByteArrayAsync(stop);
            answer.EnsureSuccessStatusCode();
            times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            // A person, not a second flood: about twenty a second, below every limit.
            await Task.Delay(50, stop);
        }

        return times;
    }

    private async Task<long> SendAsync(CancellationToken over)
    {
        var (sent, begun) = (0L, Stopwatch.GetTimestamp());
        try
        {
            while (true)
            {
                using var request = await visitors.WrongAsync("person0@example.org", Attacker, over);
                using var answer = await visitors.Http.SendAsync(request, over);
                sent++;
                var due = TimeSpan.FromSeconds((double)sent * Senders / ASecond) - Stopwatch.GetElapsedTime(begun);
                if (due > TimeSpan.Zero)
                {
                    await Task.Delay(due, over);
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            return sent;
        }
    }
}
