using System.Collections.Concurrent;

namespace DiffusionHub.Worker;

/// <summary>The one thread that touches the device: models are loaded and run on it, one after another, and let go on it at the end.</summary>
internal sealed class InferenceThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    /// <summary>Starts it.</summary>
    /// <param name="models">Disposed after the last work, on the thread itself, so that nobody takes them from under a run.</param>
    public InferenceThread(IDisposable models)
    {
        _thread = new Thread(() =>
        {
            foreach (var work in _work.GetConsumingEnumerable())
            {
                work();
            }

            models.Dispose();
        })
        { IsBackground = true, Name = "Inference" };
        _thread.Start();
    }

    /// <summary>Runs <paramref name="work"/> there; its exception comes back here.</summary>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
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
        });
        return done.Task;
    }

    /// <summary>Ends the thread when its work is done. Work that takes longer than a few seconds more goes down with the process, models and all.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join(TimeSpan.FromSeconds(5));
    }
}
