using System.Collections.Concurrent;
using System.Diagnostics;

namespace DiffusionHub.Web.Tests;

/// <summary>Every statement that this process has sent to one database.</summary>
internal sealed class Statements : IDisposable
{
    private readonly ConcurrentQueue<string> _sent = new();
    private readonly ActivityListener _listener;

    public Statements(string database)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem("db.namespace") as string == database && activity.GetTagItem("db.query.text") is string text)
                {
                    _sent.Enqueue(text);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>How many had this in them.</summary>
    public int Count(string part) => _sent.Count(s => s.Contains(part, StringComparison.Ordinal));

    public void Dispose() => _listener.Dispose();
}
