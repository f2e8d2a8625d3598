namespace DiffusionHub.Queue.Tests.Protocol;

/// <summary>All states that can be reached, and what is wrong with them.</summary>
/// <param name="States">How many there are.</param>
/// <param name="Fault">What is wrong, or null.</param>
/// <param name="Trace">The shortest way to it.</param>
internal sealed record Exploration(int States, string? Fault, IReadOnlyList<string> Trace)
{
    public override string ToString() => Fault is null ? $"{States} states" : $"{Fault}, after: {string.Join("; ", Trace)}";
}

/// <summary>Walks through all states, breadth first.</summary>
internal sealed class Explorer(ProtocolRules rules)
{
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly List<(int Parent, string Move)> origins = [];
    private readonly List<List<int>> parents = [];
    private readonly List<bool> done = [];

    public Exploration Run(int jobs, int workers)
    {
        var line = new Queue<(int Id, World World)>();
        line.Enqueue((Visit(-1, new Move("", World.Begin(jobs, workers)), World.Begin(jobs, workers)).Id, World.Begin(jobs, workers)));
        while (line.TryDequeue(out var at))
        {
            foreach (var move in WorkerMoves.Of(at.World, rules).Concat(DatabaseMoves.Of(at.World, rules)))
            {
                var world = move.World.Normal();
                var (id, isNew) = Visit(at.Id, move, world);
                if (isNew && Fault(world) is { } fault)
                {
                    return new Exploration(ids.Count, fault, Trace(id));
                }

                if (isNew)
                {
                    line.Enqueue((id, world));
                }
            }
        }

        return Stuck() is { } stuck ? new Exploration(ids.Count, "nothing can end the jobs any more", Trace(stuck)) : new Exploration(ids.Count, null, []);
    }

    private (int Id, bool IsNew) Visit(int parent, Move move, World world)
    {
        var key = world.Key();
        var isNew = !ids.TryGetValue(key, out var id);
        if (isNew)
        {
            id = ids.Count;
            ids.Add(key, id);
            origins.Add((parent, move.Name));
            parents.Add([]);
            done.Add(world.Jobs.All(job => job.Ended));
        }

        if (parent >= 0 && !move.IsFault)
        {
            parents[id].Add(parent);
        }

        return (id, isNew);
    }

    private string? Fault(World world)
    {
        foreach (var job in world.Jobs)
        {
            var fault = job switch
            {
                { Stolen: true } => "a lapsed claim's result was published",
                { Place: Place.Succeeded, Cancelled: true } => "a cancelled job was published",
                { Place: Place.Succeeded } when !world.Blobs.Contains(job.Token) => "a published picture is not in the store",
                _ when job.Attempt > rules.MaxAttempts || job.Attempt < 0 => "attempts were miscounted",
                _ => null,
            };
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    // From every state the jobs can still end, if the world is kind from now on: without any further fault.
    private int? Stuck()
    {
        var able = done.ToArray();
        var line = new Queue<int>(Enumerable.Range(0, able.Length).Where(id => able[id]));
        while (line.TryDequeue(out var id))
        {
            foreach (var parent in parents[id].Where(parent => !able[parent]))
            {
                able[parent] = true;
                line.Enqueue(parent);
            }
        }

        var first = Array.IndexOf(able, false);
        return first < 0 ? null : first;
    }

    private List<string> Trace(int id)
    {
        var moves = new List<string>();
        for (; origins[id].Parent >= 0; id = origins[id].Parent)
        {
            moves.Insert(0, origins[id].Move);
        }

        return moves;
    }
}
