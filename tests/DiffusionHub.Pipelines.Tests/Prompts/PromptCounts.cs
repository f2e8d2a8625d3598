using System.Diagnostics.Metrics;

namespace DiffusionHub.Pipelines.Tests.Prompts;

/// <summary>Counts texts that this thread's runs read anew, and those that were in memory, as a listener of the meter does.</summary>
internal sealed class PromptCounts : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly int thread = Environment.CurrentManagedThreadId;
    private int hits;
    private int misses;

    public PromptCounts()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == PipelineMeter.Name)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            // Other tests run beside this one; what this thread counts is told on it.
            if (Environment.CurrentManagedThreadId == thread)
            {
                hits += instrument.Name == "hub.prompt_cache.hits" ? (int)value : 0;
                misses += instrument.Name == "hub.prompt_cache.misses" ? (int)value : 0;
            }
        });
        listener.Start();
    }

    /// <summary>Those since it was asked last.</summary>
    public (int Hits, int Misses) Take()
    {
        var taken = (hits, misses);
        (hits, misses) = (0, 0);
        return taken;
    }

    /// <summary>Forgets what was counted since <paramref name="taken"/> was taken.</summary>
    public void Restore((int Hits, int Misses) taken) => (hits, misses) = taken;

    public void Dispose() => listener.Dispose();
}
