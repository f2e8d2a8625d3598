using DiffusionHub.Queue;
using Microsoft.Extensions.Logging;

namespace DiffusionHub.Worker.Computing;

/// <summary>
/// Notices jobs whose computing does not end: a call into a device or a library that never comes back cannot be stopped from within the process. What can
/// be saved is given back, those that are stuck are charged with the attempt (so that they run alone next time, and not for ever), and the process
/// ends; whoever supervises starts it again.
/// </summary>
/// <param name="state">The jobs in hand.</param>
/// <param name="queue">Told what becomes of them.</param>
/// <param name="limit">Longest time between two signs of life of a job.</param>
/// <param name="end">Ends the process.</param>
/// <param name="logger">The log.</param>
internal sealed class Watchdog(WorkerState state, JobQueue queue, TimeSpan limit, Action end, ILogger logger)
{
    // Computing that was told to stop ends between two operators: this is a long one.
    private static readonly TimeSpan Obedience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // The lease runs out anyway.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    /// <summary>Watches until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            if (Stuck() is { Count: > 0 } stuck)
            {
                await EndAsync(stuck);
                return;
            }

            await Task.Delay(Interval, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private List<RunningJob> Stuck()
    {
        var jobs = state.InHand;
        // One that was stopped may have to wait for a step that it shares with others.
        var wanted = jobs.Any(job => job.Silence > TimeSpan.Zero && job.Reason == StopReason.None);
        var obedience = wanted || limit < Obedience ? limit : Obedience;
        return [.. jobs.Where(job => job.Silence > limit || job.Defiance > obedience)];
    }

    private async Task EndAsync(List<RunningJob> stuck)
    {
        logger.Stuck(stuck.Max(job => job.Silence.TotalSeconds), string.Join(", ", stuck.Select(job => job.Claim.JobId)));
        using var deadline = new CancellationTokenSource(Farewell);
        try
        {
            foreach (var job in state.InHand)
            {
                if (stuck.Contains(job))
                {
                    await queue.FailAsync(job.Claim, Statements.Text(WorkerTexts.Stuck, job.Silence.TotalSeconds), retry: true, deadline.Token);
                }
                else
                {
                    await queue.ReleaseAsync(job.Claim, deadline.Token);
                }
            }
        }
        catch (Exception e) when (e is QueueUnavailableException or OperationCanceledException)
        {
            // Then their leases run out, and each is charged.
        }

        end();
    }
}
