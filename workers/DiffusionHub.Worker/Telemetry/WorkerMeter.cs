using System.Diagnostics.Metrics;

namespace DiffusionHub.Worker.Telemetry;

/// <summary>What a worker measures of its work (docs/operating.md lists the instruments). Costs next to nothing while nobody listens.</summary>
internal sealed class WorkerMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "DiffusionHub.Worker";

    private readonly Meter _meter = new(Name);
    private readonly Histogram<double> _stages;
    private readonly Histogram<double> _waits;
    private readonly Histogram<int> _beside;
    private readonly Counter<long> _jobs;
    private readonly Counter<long> _loads;
    private readonly Counter<long> _evictions;

    public WorkerMeter(WorkerState state)
    {
        _stages = _meter.CreateHistogram<double>("hub.stage.duration", "s", "Time of one stage of a job.");
        _waits = _meter.CreateHistogram<double>("hub.queue.wait", "s", "From ready to claimed.");
        _beside = _meter.CreateHistogram<int>("hub.worker.batch", "{job}", "Jobs that compute at the same time, as each one begins.");
        _jobs = _meter.CreateCounter<long>("hub.jobs", "{job}", "Jobs that ended, by how.");
        _loads = _meter.CreateCounter<long>("hub.model.loads", "{model}", "Models loaded.");
        _evictions = _meter.CreateCounter<long>("hub.model.evictions", "{model}", "Models that went out of memory.");
        _meter.CreateObservableGauge("hub.worker.memory", () => Environment.WorkingSet, "By", "Memory of the process.");
        _meter.CreateObservableGauge("hub.worker.models", () => state.Resident.Count, "{model}", "Models in memory.");
        _meter.CreateObservableGauge("hub.worker.jobs", () => state.InHand.Count, "{job}", "Jobs in hand.");
    }

    public void Stage(string stage, string model, TimeSpan took) => _stages.Record(took.TotalSeconds, new("stage", stage), new("model", model));

    public void Claimed(string lane, TimeSpan waited) => _waits.Record(waited.TotalSeconds, new KeyValuePair<string, object?>("lane", lane));

    public void Begins(string model, int beside) => _beside.Record(beside, new KeyValuePair<string, object?>("model", model));

    public void Ended(string model, string how) => _jobs.Add(1, new("model", model), new("outcome", how));

    public void Loaded(string model) => _loads.Add(1, new KeyValuePair<string, object?>("model", model));

    public void Evicted(string model) => _evictions.Add(1, new KeyValuePair<string, object?>("model", model));

    public void Dispose() => _meter.Dispose();
}
