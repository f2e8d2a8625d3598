using System.Globalization;
using DiffusionHub.Data.Settings;

namespace DiffusionHub.Worker;

/// <summary>Says for a while, where the worker's problems are shown, that it took the place of one that ended unexpectedly.</summary>
internal sealed class RestartNote : IDisposable
{
    private const string Topic = "restart";
    private const int Killed = 137;
    private static readonly TimeSpan Shown = TimeSpan.FromMinutes(10);
    private readonly Timer _over;

    private RestartNote(WorkerState state, string text)
    {
        state.Set(Topic, text);
        _over = new Timer(_ => state.Set(Topic, null), null, Shown, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Shows it where there is something to say; else null.</summary>
    public static RestartNote? Begin(WorkerState state) => TextOf(Environment.GetEnvironmentVariable(Supervised.EarlierEnd)) is { } text ? new RestartNote(state, text) : null;

    /// <summary>What to say of an exit code; null where there is nothing to say.</summary>
    internal static string? TextOf(string? exitCode) => !int.TryParse(exitCode, CultureInfo.InvariantCulture, out var code) || code == 0 ? null : code switch
    {
        ProcessEnd.Stuck => WorkerTexts.RestartedStuck,
        ProcessEnd.DeviceLost => WorkerTexts.RestartedDevice,
        Killed => Statements.Text(WorkerTexts.RestartedKilled, code),
        _ => Statements.Text(WorkerTexts.Restarted, code),
    };

    public void Dispose() => _over.Dispose();
}
