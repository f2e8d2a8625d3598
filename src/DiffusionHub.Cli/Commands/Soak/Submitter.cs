using DiffusionHub.Queue;

namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>Submits jobs through every fault; one whose answer was lost is sent again, and by its key it stays one job.</summary>
internal sealed class Submitter(JobQueue queue, EndCounter ends, int seed)
{
    private const int BatchSize = 8;
    private const int Backlog = 200;
    private const int AgainEach = 16;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly List<long> accepted = [];

    /// <summary>The jobs whose submission was answered.</summary>
    public IReadOnlyList<long> Accepted => accepted;

    /// <summary>Submissions that were sent again.</summary>
    public int SentAgain { get; private set; }

    /// <summary>Keys that gave another job the second time.</summary>
    public int Changed { get; private set; }

    /// <summary>Submits so many jobs, a few hundred ahead of those that have ended.</summary>
    public async Task RunAsync(int jobs, Func<bool> isTimeOver, CancellationToken stop)
    {
        var random = new Random(seed);
        while (accepted.Count < jobs && !isTimeOver())
        {
            if (accepted.Count - ends.Ended > Backlog)
            {
                await Task.Delay(Pause, stop);
                continue;
            }

            var batch = SoakJobs.Batch(random, accepted.Count, Math.Min(BatchSize, jobs - accepted.Count));
            var ids = await SubmitAsync(batch, stop);
            accepted.AddRange(ids);
            if (random.Next(AgainEach) == 0)
            {
                SentAgain++;
                Changed += (await SubmitAsync(batch, stop)).Zip(ids).Count(pair => pair.First != pair.Second);
            }
        }
    }

    private Task<IReadOnlyList<long>> SubmitAsync(NewJob[] batch, CancellationToken stop) =>
        SoakDatabase.PatientlyAsync(() => queue.SubmitAsync(batch, null, stop), stop, () => SentAgain++);
}
