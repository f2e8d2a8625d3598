using System.Text;

namespace DiffusionHub.Queue.Tests.Protocol;

internal enum Place
{
    Enqueued,
    Processing,
    Succeeded,
    Failed,
    Deleted,
}

internal enum Phase
{
    /// <summary>No process.</summary>
    Down,
    Idle,

    /// <summary>Waits for a statement's answer.</summary>
    Waiting,
    Running,

    /// <summary>Its picture is in the store.</summary>
    Stored,

    /// <summary>Its run ended with an error.</summary>
    Broken,
}

internal enum Kind
{
    Claim,
    Release,
    Finish,
    Fail,
}

/// <summary>A job's row in <c>queue.job</c>, and its outcome once it has one. Stolen: it was ended by somebody whose claim had lapsed, what must never be.</summary>
internal sealed record Job(Place Place, int Token = 0, int Owner = 0, int Epoch = 0, int Attempt = 0, bool Cancelled = false, bool Stolen = false)
{
    public bool Ended => Place >= Place.Succeeded;
}

/// <summary>A row of <c>queue.worker</c>. Its lease needs no state: in the model it may run out at any time.</summary>
internal sealed record Row(int Id, int Epoch);

/// <summary>
/// A worker process: what it believes. That it may be frozen needs no state: nothing makes it take its next step. It registered under Epoch
/// last, and claimed the job in hand under ClaimEpoch. Uncertain: a claim may have been committed without its knowing. Unheard: a statement
/// about the job in hand went unanswered.
/// </summary>
internal sealed record Worker(Phase Phase, int Row = 0, int Epoch = 0, int Job = -1, int Token = 0, int ClaimEpoch = 0, bool Uncertain = false, bool Unheard = false);

/// <summary>A statement that was sent and is not committed yet. Whoever sent it may have given up on it, or be dead: then its listener is -1.</summary>
internal sealed record Statement(Kind Kind, int Row, int Epoch, int Job, int Token, int Listener);

/// <summary>
/// A state of the whole system: database, processes, what is on the wire, the picture store. Tokens, epochs and rows are renumbered to the
/// smallest numbers in the same order, and what nothing refers to any more is forgotten: so there are finitely many states, although
/// processes die and leases run out as often as they like.
/// </summary>
internal sealed record World(Job[] Jobs, Worker[] Workers, Row[] Rows, Statement[] Wire, int[] Blobs)
{
    /// <summary>The token of every claim that is nobody's any more.</summary>
    public const int Lapsed = 8;

    public static World Begin(int jobs, int workers) => new(
        [.. Enumerable.Repeat(new Job(Place.Enqueued), jobs)],
        [.. Enumerable.Repeat(new Worker(Phase.Down), workers)], [], [], []);

    public World With(int job, Job value) => this with { Jobs = Replaced(Jobs, job, value) };

    public World With(int worker, Worker value) => this with { Workers = Replaced(Workers, worker, value) };

    public World With(Row row) => this with { Rows = [.. Rows.Select(r => r.Id == row.Id ? row : r)] };

    public World Without(Statement statement) => this with { Wire = [.. Wire.Where(s => !ReferenceEquals(s, statement))] };

    public World Send(Statement statement) => this with { Wire = [.. Wire, statement] };

    public Row? RowOf(int id) => Rows.FirstOrDefault(r => r.Id == id);

    /// <summary>
    /// The same state in its shortest form. Of a token only counts whose claim it is: a job's present one, or a lapsed one. Of an epoch counts
    /// which others it equals. What can have no effect any more, with nobody waiting for it, is as good as lost.
    /// </summary>
    public World Normal() => Sorted().Renumbered();

    // Jobs are alike, and so are workers: which is the first does not matter.
    private World Sorted()
    {
        var jobs = Enumerable.Range(0, Jobs.Length).OrderBy(j => (Jobs[j].Place, Jobs[j].Attempt, Jobs[j].Cancelled)).ThenBy(j => Array.FindIndex(Workers, w => w.Job == j)).ToArray();
        var workers = Enumerable.Range(0, Workers.Length).OrderBy(w => (Workers[w].Phase, Workers[w].Job < 0 ? -1 : Array.IndexOf(jobs, Workers[w].Job), Workers[w].Uncertain, Workers[w].Unheard)).ToArray();
        return this with
        {
            Jobs = [.. jobs.Select(j => Jobs[j])],
            Workers = [.. workers.Select(w => Workers[w] with { Job = Place(jobs, Workers[w].Job) })],
            Wire = [.. Wire.Select(s => s with { Job = Place(jobs, s.Job), Listener = Place(workers, s.Listener) })],
        };

        static int Place(int[] order, int old) => old < 0 ? -1 : Array.IndexOf(order, old);
    }

    private World Renumbered()
    {
        var wire = Wire.Where(s => s.Listener >= 0 || CanMatter(s)).ToList();
        var rows = Rows.Where(r => Jobs.Any(j => j.Place == Place.Processing && j.Owner == r.Id) || Workers.Any(w => w.Phase != Phase.Down && w.Row == r.Id) || wire.Any(s => s.Row == r.Id)).ToList();
        var ids = Ranks(Workers.Select(w => w.Row).Concat(Jobs.Select(j => j.Owner)).Concat(wire.Select(s => s.Row)).Where(id => rows.Exists(r => r.Id == id)));
        var epochs = rows.ToDictionary(r => r.Id, r => Numbers(Jobs.Where(j => j.Owner == r.Id).Select(j => j.Epoch)
            .Concat(Workers.Where(w => w.Row == r.Id).SelectMany(w => new[] { w.Epoch, w.ClaimEpoch })).Concat(wire.Where(s => s.Row == r.Id).Select(s => s.Epoch)).Append(r.Epoch).Append(0)));
        return new World(
            [.. Jobs.Select(j => j with { Token = Token(j.Token), Owner = Id(j.Owner), Epoch = Epoch(j.Owner, j.Epoch) })],
            [.. Workers.Select(w => w with { Token = Token(w.Token), Row = Id(w.Row), Epoch = Epoch(w.Row, w.Epoch), ClaimEpoch = Epoch(w.Row, w.ClaimEpoch) })],
            [.. rows.Select(r => new Row(ids[r.Id] + 1, epochs[r.Id][r.Epoch])).OrderBy(r => r.Id)],
            [.. wire.Select(s => s with { Token = Token(s.Token), Row = Id(s.Row), Epoch = Epoch(s.Row, s.Epoch) })
                .OrderBy(s => (s.Kind, s.Row, s.Epoch, s.Job)).ThenBy(s => (s.Token, s.Listener))],
            [.. Blobs.Select(Token).Where(token => token != Lapsed).Order()]);

        int Id(int row) => ids.TryGetValue(row, out var id) ? id + 1 : 0;
        int Epoch(int row, int epoch) => epochs.TryGetValue(row, out var known) ? known[epoch] : 0;
        int Token(int token) => token == 0 ? 0 : Array.FindIndex(Jobs, j => j.Token == token) is >= 0 and var job ? job + 1 : Lapsed;
    }

    // Epochs only rise, and a token is given once.
    private bool CanMatter(Statement s) => s.Kind switch
    {
        Kind.Claim => RowOf(s.Row)?.Epoch == s.Epoch,
        Kind.Release => RowOf(s.Row)?.Epoch == s.Epoch || Jobs.Any(j => j.Place == Place.Processing && j.Owner == s.Row && j.Epoch == s.Epoch),
        _ => Jobs[s.Job].Place == Place.Processing && Jobs[s.Job].Token == s.Token,
    };

    /// <summary>Equal for equal states.</summary>
    public string Key()
    {
        var key = new StringBuilder();
        foreach (var j in Jobs)
        {
            Add((int)j.Place, j.Token, j.Owner, j.Epoch, j.Attempt, (j.Cancelled ? 1 : 0) + (j.Stolen ? 2 : 0));
        }

        foreach (var w in Workers)
        {
            Add((int)w.Phase, w.Row, w.Epoch, w.Job + 1, w.Token, w.ClaimEpoch, w.Uncertain ? 1 : 0, w.Unheard ? 1 : 0);
        }

        foreach (var r in Rows)
        {
            Add(r.Id, r.Epoch);
        }

        key.Append('|');
        foreach (var s in Wire)
        {
            Add((int)s.Kind, s.Row, s.Epoch, s.Job + 1, s.Token, s.Listener + 1);
        }

        key.Append('|');
        Add(Blobs);
        return key.ToString();

        void Add(params ReadOnlySpan<int> values)
        {
            foreach (var value in values)
            {
                key.Append((char)('0' + value));
            }
        }
    }

    private static Dictionary<int, int> Numbers(IEnumerable<int> used) => used.Distinct().Order().Select((value, i) => (value, i)).ToDictionary(p => p.value, p => p.i);

    // In the order in which they are named.
    private static Dictionary<int, int> Ranks(IEnumerable<int> used) => used.Distinct().Select((value, i) => (value, i)).ToDictionary(p => p.value, p => p.i);

    private static T[] Replaced<T>(T[] items, int at, T value)
    {
        T[] copy = [.. items];
        copy[at] = value;
        return copy;
    }
}
