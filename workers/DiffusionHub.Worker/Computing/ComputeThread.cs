namespace DiffusionHub.Worker.Computing;

/// <summary>Threads for work that computes for long: those of the pool are for answers.</summary>
internal static class ComputeThread
{
    /// <summary>Does <paramref name="work"/> on a thread of its own; its exception comes back here.</summary>
    public static Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (OperationCanceledException e)
            {
                done.SetCanceled(e.CancellationToken);
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        })
        { IsBackground = true, Name = "Compute" }.Start();
        return done.Task;
    }
}
