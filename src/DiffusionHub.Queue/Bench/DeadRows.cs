namespace DiffusionHub.Queue.Bench;

/// <summary>The time of a claim while an open snapshot keeps dead rows at the front of the line.</summary>
internal static class DeadRows
{
    public static async Task<Timings> MeasureAsync(BenchContext bench, QueueBenchOptions options, CancellationToken cancellationToken)
    {
        await bench.Queue.SubmitAsync([.. Enumerable.Range(0, 1000).Select(i => bench.Job(i, "normal", $"b{i}"))], null, cancellationToken);
        await using var holder = await bench.DataSource.OpenConnectionAsync(cancellationToken);
        await using (var open = holder.Command("BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL idle_in_transaction_session_timeout = 0; SELECT count(*) FROM queue.lane"))
        {
            await open.ExecuteNonQueryAsync(cancellationToken);
        }

        await bench.ExecuteAsync(Sql.BenchDead, Parameters.Of(options.DeadRows), Parameters.Of("normal"), Parameters.Of(bench.Model));
        await bench.ExecuteAsync("DELETE FROM queue.job WHERE vstart < 0.2 AND model = $1 AND batch_key = $1", Parameters.Of(bench.Model));
        await bench.MaintainAsync("CHECKPOINT");
        var times = await ClaimTimes.MeasureAsync(bench, options.DepthClaims, cancellationToken);
        await using (var close = holder.Command("ROLLBACK"))
        {
            await close.ExecuteNonQueryAsync(cancellationToken);
        }

        return times;
    }
}
