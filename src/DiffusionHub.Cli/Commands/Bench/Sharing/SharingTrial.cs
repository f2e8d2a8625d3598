using System.Collections.Concurrent;
using System.Diagnostics;
using DiffusionHub.Pipelines;

namespace DiffusionHub.Cli.Commands.Bench.Sharing;

/// <summary>Pictures of one, two and four steps that all wait at the beginning.</summary>
internal sealed class SharingTrial(IPipeline pipeline, int? side, int jobs)
{
    private static readonly int[] Steps = [1, 4, 2];

    /// <summary>Makes them all.</summary>
    /// <param name="beside">Most at the same time.</param>
    /// <param name="newcomers">Whether the next one begins as soon as one is done; else when all of its batch are.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>Seconds in all, and the mean time until one is done.</returns>
    public (double Seconds, double MeanMs) Run(int beside, bool newcomers, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        var done = new ConcurrentBag<TimeSpan>();
        var waiting = new ConcurrentQueue<int>(Enumerable.Range(0, jobs));
        while (!waiting.IsEmpty)
        {
            Together(beside, () =>
            {
                while (waiting.TryDequeue(out var job))
                {
                    pipeline.Run(Request(job), cancellation: stop);
                    done.Add(Stopwatch.GetElapsedTime(started));
                    if (!newcomers)
                    {
                        return;
                    }
                }
            });
        }

        return (Stopwatch.GetElapsedTime(started).TotalSeconds, done.Average(time => time.TotalMilliseconds));
    }

    private static void Together(int count, Action work)
    {
        if (count == 1)
        {
            work();
            return;
        }

        Task.WaitAll([.. Enumerable.Range(0, count).Select(_ => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))]);
    }

    private PictureRequest Request(int job) => new()
    {
        Prompt = $"red apple {job}",
        Seed = job,
        Steps = Steps[job % Steps.Length],
        Guidance = 1,
        Width = side ?? pipeline.Description.DefaultSide,
        Height = side ?? pipeline.Description.DefaultSide,
        Sampler = pipeline.Description.Samplers[0],
    };
}
