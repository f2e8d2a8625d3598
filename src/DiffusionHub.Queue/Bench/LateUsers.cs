namespace DiffusionHub.Queue.Bench;

/// <summary>Two who come behind 1,000 jobs of another.</summary>
/// <param name="ServedWithin">By which claim both had been served.</param>
/// <param name="ShareOfA">Share of the first person (weight 1) of the next 400 claims; a quarter is fair.</param>
/// <param name="ShareOfB">Share of the second (weight 1); a quarter is fair.</param>
/// <param name="ShareOfC">Share of the third (weight 2); a half is fair.</param>
public sealed record LateUsersResult(int ServedWithin, double ShareOfA, double ShareOfB, double ShareOfC)
{
    private const int Claims = 400;

    internal static async Task<LateUsersResult> MeasureAsync(BenchContext bench, CancellationToken cancellationToken)
    {
        var (a, b, c) = (bench.Owners[0], bench.Owners[1], bench.Owners[2]);
        await bench.Queue.SetShareAsync(c, new Share(Weight: 2), cancellationToken);
        await bench.Queue.SubmitAsync([.. Enumerable.Range(0, 1000).Select(_ => bench.Job(0))], null, cancellationToken);
        var worker = await bench.RegisterAsync(cancellationToken);
        await OwnersAsync(100);
        await bench.Queue.SubmitAsync([.. Enumerable.Range(0, 500).Select(_ => bench.Job(1))], null, cancellationToken);
        await bench.Queue.SubmitAsync([.. Enumerable.Range(0, 500).Select(_ => bench.Job(2))], null, cancellationToken);
        var owners = await OwnersAsync(Claims);
        foreach (var owner in bench.Owners)
        {
            await bench.Queue.CancelAllAsync(owner, cancellationToken);
        }

        await bench.Registry.UnregisterAsync(worker.WorkerId, cancellationToken);
        return new LateUsersResult(Math.Max(owners.IndexOf(b), owners.IndexOf(c)) + 1, Share(a), Share(b), Share(c));

        double Share(Guid owner) => (double)owners.Count(o => o == owner) / Claims;

        async Task<List<Guid>> OwnersAsync(int count)
        {
            var found = new List<Guid>();
            while (found.Count < count)
            {
                await bench.Registry.HeartbeatAsync(worker, new WorkerCondition([], 0), cancellationToken);
                var claim = (await bench.Queue.ClaimAsync(worker, 1, cancellationToken)).Single();
                found.Add(claim.OwnerId);
                await bench.Queue.FinishAsync(claim, new JobResult(1), null, cancellationToken);
            }

            return found;
        }
    }
}
