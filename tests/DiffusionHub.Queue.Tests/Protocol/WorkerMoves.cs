namespace DiffusionHub.Queue.Tests.Protocol;

/// <summary>What processes do: claim, run, store, finish, give up on answers, die, come back, send heartbeats.</summary>
internal static class WorkerMoves
{
    public static IEnumerable<Move> Of(World world, ProtocolRules rules)
    {
        for (var i = 0; i < world.Workers.Length; i++)
        {
            foreach (var move in Of(world, rules, i))
            {
                yield return move;
            }
        }
    }

    private static IEnumerable<Move> Of(World world, ProtocolRules rules, int i)
    {
        var worker = world.Workers[i];
        if (worker.Phase == Phase.Down)
        {
            yield return new Move($"{i} starts", Register(world, i));
            yield break;
        }

        yield return new Move($"{i} is killed", Forget(world, rules, i).With(i, new Worker(Phase.Down)), IsFault: true);
        yield return new Move($"{i} sends a heartbeat", Heartbeat(world, rules, i));
        switch (worker.Phase)
        {
            case Phase.Idle:
                var kind = worker.Uncertain && rules.GivesBack ? Kind.Release : Kind.Claim;
                yield return new Move($"{i} sends a {kind}", world.Send(new Statement(kind, worker.Row, worker.Epoch, -1, 0, i)).With(i, worker with { Phase = Phase.Waiting }));
                break;
            case Phase.Running:
                yield return new Move($"{i} stores its picture", (world with { Blobs = [.. world.Blobs, worker.Token] }).With(i, worker with { Phase = Phase.Stored }));
                if (rules.Errors)
                {
                    yield return new Move($"{i} runs into an error", world.With(i, worker with { Phase = Phase.Broken }));
                }

                break;
            case Phase.Stored:
                yield return new Move($"{i} sends its finish", Ask(world, i, Kind.Finish));
                break;
            case Phase.Broken:
                yield return new Move($"{i} sends its error", Ask(world, i, Kind.Fail));
                break;
            case Phase.Waiting:
                yield return new Move($"{i} hears nothing", GiveUp(world, rules, i), IsFault: true);
                break;
            default:
                break;
        }
    }

    private static World Ask(World world, int i, Kind kind)
    {
        var worker = world.Workers[i];
        return world.Send(new Statement(kind, worker.Row, worker.ClaimEpoch, worker.Job, worker.Token, i)).With(i, worker with { Phase = Phase.Waiting });
    }

    // The answer was lost, or the statement: the worker cannot tell. Both may be: whether it was committed shows later.
    private static World GiveUp(World world, ProtocolRules rules, int i)
    {
        var worker = world.Workers[i];
        var sent = world.Wire.First(s => s.Listener == i);
        return Forget(world, rules, i).With(i, sent.Kind switch
        {
            Kind.Finish => worker with { Phase = Phase.Stored, Unheard = true },
            Kind.Fail => worker with { Phase = Phase.Broken, Unheard = true },
            Kind.Claim => worker with { Phase = Phase.Idle, Uncertain = true },
            _ => worker with { Phase = Phase.Idle },
        });
    }

    // Still under way, with nobody who waits for it; beyond the limit it is lost instead.
    private static World Forget(World world, ProtocolRules rules, int i)
    {
        var full = world.Wire.Count(s => s.Listener < 0) >= rules.Forgotten;
        return world with { Wire = [.. world.Wire.Where(s => s.Listener != i || !full).Select(s => s.Listener == i ? s with { Listener = -1 } : s)] };
    }

    private static World Register(World world, int i)
    {
        var id = world.Rows.Select(r => r.Id).DefaultIfEmpty(0).Max() + 1;
        return (world with { Rows = [.. world.Rows, new Row(id, 1)] }).With(i, new Worker(Phase.Idle, id, 1));
    }

    private static World Heartbeat(World world, ProtocolRules rules, int i)
    {
        var worker = world.Workers[i];
        var row = world.RowOf(worker.Row)!;
        if (row.Epoch == worker.Epoch)
        {
            // Claims are compared with what the worker knows only where it knows all: nothing of its own is under way.
            var unknown = rules.HeartbeatTells && worker.Phase == Phase.Idle
                && world.Jobs.Any(j => j.Place == Place.Processing && j.Owner == worker.Row && j.Epoch == worker.Epoch);
            return world.With(i, worker with { Uncertain = worker.Uncertain || unknown });
        }

        // Its jobs are others' by now: it comes back under a new epoch. A run is stopped; where an answer is awaited, or was lost, that goes on.
        var epoch = row.Epoch + 1;
        var stopped = worker.Phase == Phase.Running || (worker is { Phase: Phase.Stored or Phase.Broken, Unheard: false });
        var dropped = world with { Blobs = [.. world.Blobs.Where(token => !stopped || token != worker.Token)] };
        return dropped.With(row with { Epoch = epoch })
            .With(i, stopped ? new Worker(Phase.Idle, worker.Row, epoch, Uncertain: worker.Uncertain) : worker with { Epoch = epoch });
    }
}
