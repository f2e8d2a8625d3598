namespace DiffusionHub.Data.Settings;

/// <summary>For processes that <c>hub up</c> starts: they must not outlive it, even when it is killed without a chance to tell them.</summary>
public static class Supervised
{
    /// <summary>The variable that says so, with the value <c>1</c>.</summary>
    public const string Variable = "HUB_SUPERVISED";

    /// <summary>The variable with the exit code of the process whose place this one takes; empty for the first.</summary>
    public const string EarlierEnd = "HUB_EARLIER_END";

    // Longer than a worker needs to give its job back; whoever hangs then is ended.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Calls <paramref name="stop"/> when standard input ends, which happens when the supervisor is gone; ends the process
    /// 30 seconds later should it still be there. Does nothing in a process that is not supervised.
    /// </summary>
    /// <param name="stop">Begins an orderly stop, e.g. <c>lifetime.StopApplication</c>.</param>
    public static void StopWhenParentEnds(Action stop)
    {
        if (Environment.GetEnvironmentVariable(Variable) == "1")
        {
            Watch(Console.OpenStandardInput(), stop, () => Environment.Exit(1), TimeProvider.System);
        }
    }

    internal static void Watch(Stream input, Action stop, Action exit, TimeProvider time)
    {
        var thread = new Thread(() =>
        {
            var nothing = new byte[256];
            while (input.Read(nothing) > 0)
            {
                // Nobody talks to us this way; only the end matters.
            }

            // Kept by the process's own end: a timer does not hold it up.
            var timer = time.CreateTimer(_ => exit(), null, Patience, Timeout.InfiniteTimeSpan);
            GC.KeepAlive(timer);
            stop();
            Thread.Sleep(Timeout.Infinite);
        })
        { IsBackground = true, Name = "Parent watch" };
        thread.Start();
    }
}
