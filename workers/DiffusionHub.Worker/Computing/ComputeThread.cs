using System.Collections.Concurrent;

namespace DiffusionHub.Worker.Computing;

/// <summary>
/// A thread for work that computes for long: those of the pool are for answers. Threads are used again, and with them the buffers that each of them keeps
/// (a new thread for each job would leave its own behind).
/// </summary>
internal sealed class ComputeThread
{
    private static readonly ConcurrentStack<ComputeThread> Idle = new();
    private readonly object _gate = new();
    private Action? _work; // read and written under the gate

    private ComputeThread() => new Thread(Loop) { IsBackground = true, Name = "Compute" }.Start();

    /// <summary>Does <paramref name="work"/> on a thread that does nothing else meanwhile; its exception comes back here.</summary>
    public static Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = Idle.TryPop(out var idle) ? idle : new ComputeThread();
        thread.Begin(() => Do(work, done, thread));
        return done.Task;
    }

    private static void Do<T>(Func<T> work, TaskCompletionSource<T> done, ComputeThread thread)
    {
        try
        {
            var result = work();
            // Before whoever waits goes on, who may want a thread for what comes next.
            Idle.Push(thread);
            done.SetResult(result);
        }
        catch (OperationCanceledException e)
        {
            Idle.Push(thread);
            done.SetCanceled(e.CancellationToken);
        }
        catch (Exception e)
        {
            Idle.Push(thread);
            done.SetException(e);
        }
    }

    private void Begin(Action work)
    {
        lock (_gate)
        {
            _work = work;
            Monitor.Pulse(_gate);
        }
    }

    private void Loop()
    {
        while (true)
        {
            Next()();
        }
    }

    private Action Next()
    {
        lock (_gate)
        {
            while (_work is null)
            {
                Monitor.Wait(_gate);
            }

            var work = _work;
            _work = null;
            return work;
        }
    }
}
