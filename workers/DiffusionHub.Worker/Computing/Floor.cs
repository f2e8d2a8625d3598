namespace DiffusionHub.Worker.Computing;

/// <summary>
/// Where jobs compute. Those that can share a model do so at the same time (<see cref="Pipelines.IPipeline.ShareKey"/>), whoever asked for them; the
/// others have the device one after another. They come in the order in which they were claimed: who cannot share with those that are there closes the
/// door until they have gone, so that nobody waits for more than what is under way.
/// </summary>
/// <param name="most">Most jobs at the same time.</param>
/// <param name="grown">Called when there is room for more.</param>
internal sealed class Floor(int most, Action grown)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Place> _announced = [];
    private readonly LinkedList<Place> _line = [];
    private readonly HashSet<Place> _inside = [];

    /// <summary>How many more jobs could begin now: none while somebody waits.</summary>
    public int Room
    {
        get
        {
            lock (_lock)
            {
                return RoomNow();
            }
        }
    }

    private int Count
    {
        get
        {
            lock (_lock)
            {
                return _inside.Count;
            }
        }
    }

    /// <summary>A job will come: it counts from now on.</summary>
    public Place Announce()
    {
        lock (_lock)
        {
            var place = new Place(this);
            _announced.Add(place);
            return place;
        }
    }

    /// <summary>Does something that needs the device for itself, when its turn has come.</summary>
    public async Task<T> RunAloneAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        using var place = Announce();
        await place.EnterAsync(null, cancellation);
        return await ComputeThread.RunAsync(work);
    }

    private async Task EnterAsync(Place place, CancellationToken cancellation)
    {
        lock (_lock)
        {
            _announced.Remove(place);
            _line.AddLast(place);
            Admit();
        }

        await using var leavesLine = cancellation.UnsafeRegister(_ => Abandon(place, cancellation), null);
        await place.Entered.Task;
    }

    private void Abandon(Place place, CancellationToken cancellation)
    {
        var waited = false;
        Change(() => waited = _line.Remove(place));
        if (waited)
        {
            place.Entered.TrySetCanceled(cancellation);
        }
    }

    private void Change(Action change)
    {
        bool grows;
        lock (_lock)
        {
            var before = RoomNow();
            change();
            Admit();
            grows = RoomNow() > before;
        }

        if (grows)
        {
            grown();
        }
    }

    private int RoomNow()
    {
        var computing = _inside.Where(place => !place.Leaves).ToList();
        var alone = computing.Exists(place => place.Key is null);
        return _line.Count > 0 || alone || _announced.Any(place => place.IsHeldUp) ? 0 : Math.Max(0, most - computing.Count - _announced.Count);
    }

    private void Remove(Place place) => Change(() =>
    {
        _announced.Remove(place);
        _line.Remove(place);
        _inside.Remove(place);
    });

    private void Admit()
    {
        while (_line.First is { Value: var next } && CanEnter(next))
        {
            _line.RemoveFirst();
            _inside.Add(next);
            next.Entered.TrySetResult();
        }
    }

    private bool CanEnter(Place next) =>
        _inside.Count == 0 || (next.Key is not null && _inside.All(place => place.Key == next.Key) && _inside.Count(place => !place.Leaves) < most);

    /// <summary>A job's place on the floor, until it is disposed.</summary>
    internal sealed class Place(Floor floor) : IDisposable
    {
        /// <summary>With whom it can be there; null: with nobody. Set before it enters.</summary>
        public string? Key { get; private set; }

        /// <summary>That it has nothing left to do but what another could do something beside.</summary>
        public bool Leaves { get; private set; }

        /// <summary>That it waits for something before it can enter: those that came later must not pass it for long.</summary>
        public bool IsHeldUp { get; private set; }

        /// <summary>How many are on the floor, this one included.</summary>
        public int Company => floor.Count;

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>It waits for its model.</summary>
        public void HoldUp() => floor.Change(() => IsHeldUp = true);

        /// <summary>Waits until it may compute.</summary>
        /// <param name="key">With whom it can do so at the same time; null: alone.</param>
        /// <param name="cancellation">Gives up.</param>
        public Task EnterAsync(string? key, CancellationToken cancellation)
        {
            Key = key;
            return floor.EnterAsync(this, cancellation);
        }

        /// <summary>It is almost done: the next may be fetched.</summary>
        public void BeginsToLeave() => floor.Change(() => Leaves = true);

        public void Dispose() => floor.Remove(this);
    }
}
