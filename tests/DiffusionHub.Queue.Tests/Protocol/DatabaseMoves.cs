namespace DiffusionHub.Queue.Tests.Protocol;

/// <summary>What the database does: it commits statements, whether or not somebody still waits for them, or loses them; leases run out; the reaper frees.</summary>
internal static class DatabaseMoves
{
    public static IEnumerable<Move> Of(World world, ProtocolRules rules)
    {
        foreach (var statement in world.Wire)
        {
            foreach (var after in Commit(world, rules, statement))
            {
                yield return new Move($"commits the {statement.Kind} of row {statement.Row}", after);
            }

            if (statement.Listener < 0)
            {
                yield return new Move($"loses a {statement.Kind}", world.Without(statement), IsFault: true);
            }
        }

        foreach (var row in world.Rows)
        {
            yield return new Move($"the lease of row {row.Id} has run out, and it is reaped", Reap(world, rules, row), IsFault: Array.Exists(world.Workers, w => w.Phase != Phase.Down && w.Row == row.Id));
        }

        yield return new Move("reaps", Reap(world, rules, null));
        for (var j = 0; rules.Cancels && !world.Jobs.Any(job => job.Cancelled) && j < world.Jobs.Length; j++)
        {
            if (world.Jobs[j] is { Ended: false } job)
            {
                yield return new Move($"job {j} is cancelled", world.With(j, job.Place == Place.Enqueued ? End(job, Place.Deleted) : job with { Cancelled = true }));
            }
        }
    }

    private static IEnumerable<World> Commit(World world, ProtocolRules rules, Statement statement) => statement.Kind switch
    {
        Kind.Claim => Claim(world, rules, statement),
        Kind.Release => [Release(world, statement)],
        Kind.Finish => [Finish(world, rules, statement)],
        _ => [Fail(world, rules, statement)],
    };

    // claim.sql. Any waiting job: more than the line's order allows.
    private static IEnumerable<World> Claim(World world, ProtocolRules rules, Statement statement)
    {
        var rest = world.Without(statement);
        var row = world.RowOf(statement.Row);
        var may = row is not null && (!rules.ChecksLease || row.Epoch == statement.Epoch);
        var waiting = may ? Enumerable.Range(0, world.Jobs.Length).Where(j => world.Jobs[j].Place == Place.Enqueued).ToList() : [];
        // Also where its lease has run out.
        yield return Answer(rest, statement, worker => worker with { Phase = Phase.Idle });

        // From the sequence: different from all that are known anywhere.
        const int token = World.Lapsed + 1;
        foreach (var j in waiting)
        {
            var job = world.Jobs[j];
            var claimed = rest.With(j, job with { Place = Place.Processing, Token = token, Owner = statement.Row, Epoch = statement.Epoch, Attempt = job.Attempt + 1 });
            yield return Answer(claimed, statement, worker => worker with { Phase = Phase.Running, Job = j, Token = token, ClaimEpoch = statement.Epoch });
        }
    }

    // release.sql: all that this worker holds.
    private static World Release(World world, Statement statement)
    {
        var rest = world.Without(statement);
        for (var j = 0; j < world.Jobs.Length; j++)
        {
            var job = world.Jobs[j];
            if (job.Place == Place.Processing && job.Owner == statement.Row && job.Epoch == statement.Epoch)
            {
                rest = rest.With(j, job.Cancelled ? End(job, Place.Deleted) : new Job(Place.Enqueued, Attempt: job.Attempt - 1));
            }
        }

        return Answer(rest, statement, worker => worker with { Phase = Phase.Idle, Uncertain = false });
    }

    // finish.sql, then read-ending.sql where no row moved.
    private static World Finish(World world, ProtocolRules rules, Statement statement)
    {
        var rest = world.Without(statement);
        var job = world.Jobs[statement.Job];
        var moves = Moves(world, rules, statement);
        if (moves)
        {
            job = End(job with { Token = statement.Token }, job.Cancelled && rules.FinishSeesCancel ? Place.Deleted : Place.Succeeded) with { Stolen = !Holds(world, statement) };
            rest = rest.With(statement.Job, job);
        }

        var known = moves || rules.AsksWhatBecame;
        var published = known && job.Place == Place.Succeeded && job.Token == statement.Token;
        return Answer(rest, statement, worker => new Worker(Phase.Idle, worker.Row, worker.Epoch), published ? null : statement.Token);
    }

    private static World Fail(World world, ProtocolRules rules, Statement statement)
    {
        var rest = world.Without(statement);
        var job = world.Jobs[statement.Job];
        if (Moves(world, rules, statement))
        {
            // The pause before the next attempt is over at any time.
            rest = rest.With(statement.Job, job.Cancelled ? End(job, Place.Deleted) : job.Attempt < rules.MaxAttempts ? new Job(Place.Enqueued, Attempt: job.Attempt) : End(job, Place.Failed));
        }

        return Answer(rest, statement, worker => new Worker(Phase.Idle, worker.Row, worker.Epoch));
    }

    private static bool Moves(World world, ProtocolRules rules, Statement statement) =>
        world.Jobs[statement.Job].Place == Place.Processing && (!rules.ChecksToken || Holds(world, statement));

    private static bool Holds(World world, Statement statement)
    {
        var job = world.Jobs[statement.Job];
        return job.Place == Place.Processing && job.Token == statement.Token && job.Owner == statement.Row && job.Epoch == statement.Epoch && world.RowOf(job.Owner)?.Epoch == job.Epoch;
    }

    // reap-workers.sql and reap-jobs.sql, in one transaction.
    private static World Reap(World world, ProtocolRules rules, Row? expired)
    {
        foreach (var row in world.Rows.Where(r => r == expired && world.Jobs.Any(j => j.Place == Place.Processing && j.Owner == r.Id && j.Epoch == r.Epoch)))
        {
            for (var j = 0; j < world.Jobs.Length && !rules.RaisesEpoch; j++)
            {
                world = world.Jobs[j] is { Place: Place.Processing } held && held.Owner == row.Id && held.Epoch == row.Epoch ? Free(world, rules, j) : world;
            }

            world = rules.RaisesEpoch ? world.With(row with { Epoch = row.Epoch + 1 }) : world;
        }

        for (var j = 0; j < world.Jobs.Length; j++)
        {
            var job = world.Jobs[j];
            if (job.Place == Place.Processing && world.RowOf(job.Owner)?.Epoch != job.Epoch)
            {
                world = Free(world, rules, j);
            }
        }

        return world;
    }

    private static World Free(World world, ProtocolRules rules, int j)
    {
        var job = world.Jobs[j];
        return world.With(j, job.Cancelled ? End(job, Place.Deleted) : job.Attempt < rules.MaxAttempts ? new Job(Place.Enqueued, Attempt: job.Attempt) : End(job, Place.Failed));
    }

    private static Job End(Job job, Place place) => new(place, place == Place.Succeeded ? job.Token : 0, Attempt: job.Attempt, Cancelled: job.Cancelled);

    // Where somebody still waits, it hears: of what was not published it drops the picture.
    private static World Answer(World world, Statement statement, Func<Worker, Worker> hears, int? drop = null)
    {
        if (statement.Listener < 0)
        {
            return world;
        }

        world = drop is { } token ? world with { Blobs = [.. world.Blobs.Where(b => b != token)] } : world;
        return world.With(statement.Listener, hears(world.Workers[statement.Listener]));
    }
}
