using System.Diagnostics;

namespace DiffusionHub.Queue.Bench;

/// <summary>How long until a dead worker's job is in another's hands, in seconds: the worst of a few.</summary>
internal static class Recovery
{
    private const int Deaths = 3;

    public static async Task<double> MeasureAsync(BenchContext bench, CancellationToken cancellationToken)
    {
        var worst = 0.0;
        for (var i = 0; i < Deaths; i++)
        {
            await bench.Queue.SubmitAsync([bench.Job()], null, cancellationToken);
            // Its last sign of life is its heartbeat just before it dies.
            var dead = await bench.RegisterAsync(cancellationToken);
            await bench.Queue.ClaimAsync(dead, 1, cancellationToken);
            await bench.Registry.HeartbeatAsync(dead, new WorkerCondition([], 0), cancellationToken);
            using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var died = Stopwatch.GetTimestamp();
            var took = 0.0;
            await Task.WhenAll(bench.ReapAsync(done.Token), bench.WorkAsync(1, (_, at) =>
            {
                took = Stopwatch.GetElapsedTime(died, at).TotalSeconds;
                done.Cancel();
            }, done.Token));
            worst = Math.Max(worst, took);
            await bench.Registry.UnregisterAsync(dead.WorkerId, cancellationToken);
        }

        return worst;
    }
}
