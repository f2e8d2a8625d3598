using System.Diagnostics;
using DiffusionHub.Postgres;
using DiffusionHub.Queue;
using EventLog = DiffusionHub.Queue.EventLog;

namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>One run: jobs, workers, faults, the wait for the last job, the checks.</summary>
internal sealed class QueueSoak(SoakOptions options, SoakFolder folder, EmbeddedPostgres postgres)
{
    /// <summary>Longer than any pause that the queue makes: without an end for so long, none will come.</summary>
    private static readonly TimeSpan Stalled = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs it.</summary>
    /// <param name="told">Told of each fault.</param>
    /// <param name="interrupted">Gives up.</param>
    public async Task<SoakResult> RunAsync(Action<string> told, CancellationToken interrupted)
    {
        await using var dataSource = QueueDatabase.Open(postgres.ConnectionString, "hub soak");
        await using var queue = new JobQueue(dataSource);
        var database = new SoakDatabase(dataSource);
        await PrepareAsync(queue, database, interrupted);
        await using var pool = new WorkerPool(folder, postgres.ConnectionString, options.Workers);
        await pool.StartAsync();

        var ends = new EndCounter(new EventLog(dataSource));
        var submitter = new Submitter(queue, ends, options.Seed);
        using var faults = new FaultInjector(options, pool, postgres, database, queue, ends);
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        using var done = new CancellationTokenSource();
        var counting = ends.RunAsync(done.Token, interrupted);
        var watching = WatchAsync(ends, stalled, done.Token);
        var started = Stopwatch.GetTimestamp();
        bool IsTimeOver() => options.Seconds is { } seconds && Stopwatch.GetElapsedTime(started).TotalSeconds > seconds;
        try
        {
            await Task.WhenAll(submitter.RunAsync(options.Jobs, IsTimeOver, stalled.Token), faults.RunAsync(IsTimeOver, told, stalled.Token));
            await RestAsync(database, stalled.Token);
        }
        catch (OperationCanceledException) when (!interrupted.IsCancellationRequested)
        {
            // Nothing ends any more: the checks say what is left.
            pool.Tally.Surprised(SoakTexts.Stalled);
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await pool.StopAsync();
        await done.CancelAsync();
        await Task.WhenAll(counting, watching);
        return await ResultAsync(database, pool.Tally, submitter, ends, faults, seconds, interrupted);
    }

    private static async Task PrepareAsync(JobQueue queue, SoakDatabase database, CancellationToken stop)
    {
        await database.ReadAsync(SoakSql.AddOwners, _ => 0, stop, SoakJobs.Owners);
        await queue.SetLimitsAsync(refuseUnrunnable: false, queuedPerOwner: int.MaxValue, cancellationToken: stop);
        foreach (var owner in SoakJobs.Limited)
        {
            await queue.SetShareAsync(owner, new Share(RunningLimit: 1), stop);
        }
    }

    // Every job ended, and the reapers folded them into the accounts.
    private static async Task RestAsync(SoakDatabase database, CancellationToken stop)
    {
        while ((await database.ReadAsync(SoakSql.ReadRest, r => r.GetInt64(0) + r.GetInt64(1), stop))[0] > 0)
        {
            await Task.Delay(Look, stop);
        }
    }

    private static async Task WatchAsync(EndCounter ends, CancellationTokenSource stalled, CancellationToken done)
    {
        var (seen, at) = (-1, Stopwatch.GetTimestamp());
        while (!done.IsCancellationRequested && !stalled.IsCancellationRequested)
        {
            if (ends.Ended != seen)
            {
                (seen, at) = (ends.Ended, Stopwatch.GetTimestamp());
            }
            else if (Stopwatch.GetElapsedTime(at) > Stalled)
            {
                await stalled.CancelAsync();
            }

            await Task.Delay(Look, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<SoakResult> ResultAsync(
        SoakDatabase database, WorkerTally tally, Submitter submitter, EndCounter ends, FaultInjector faults, double seconds, CancellationToken stop)
    {
        var checks = new SoakChecks(database, folder, tally);
        var invariants = await checks.CheckAsync(submitter, ends, stop);
        var totals = (await database.ReadAsync(SoakSql.ReadTotals, r => (Succeeded: r.GetInt64(0), Failed: r.GetInt64(1), Deleted: r.GetInt64(2), Rescued: r.GetInt64(3)), stop))[0];
        var trace = await database.ReadAsync(SoakSql.ReadTrace, r => SoakReport.Format("{0:HH:mm:ss.fff} {1}", r.GetDateTime(0), r.GetString(1)), stop);
        var accepted = submitter.Accepted.Count;
        var fenced = tally.Of(WorkerLine.Fenced).Count;
        var wanted = options.Kills + options.Freezes + options.Crashes + options.Cuts + options.ListenerCuts + options.Cancels;
        return new SoakResult
        {
            Options = options, Seconds = Math.Round(seconds, 1), Accepted = accepted, Succeeded = totals.Succeeded, Failed = totals.Failed, Deleted = totals.Deleted,
            Faults = faults.Made.ToDictionary(made => made.Key.ToString(), made => made.Value, StringComparer.Ordinal),
            Rescued = totals.Rescued, FencedFinishes = fenced, OtherRefusals = tally.Of(WorkerLine.Refused).Count, SentAgain = submitter.SentAgain,
            Orphans = await checks.OrphansAsync(stop), Surprises = tally.Surprises, Words = tally.Counts, Trace = trace,
            Invariants =
            [
                .. invariants,
                new("counters", Math.Abs(accepted - totals.Succeeded - totals.Failed - totals.Deleted)),
                new("proof", options.Freezes > 0 && fenced == 0 ? 1 : 0),
                new("faults", options.Seconds is null ? Math.Abs(wanted - faults.Made.Values.Sum()) + Math.Abs(options.Jobs - accepted) : 0),
            ],
        };
    }
}
