using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>
/// Sends the submissions of one process together: while one statement is under way, those that come wait and share the next one, as a database's
/// commits share a flush. With nobody else there a submission goes at once; under load a job costs a part of a statement.
/// </summary>
/// <param name="send">Writes jobs, all or none, and returns their ids in order.</param>
internal sealed class SubmitGroup(Func<IReadOnlyList<NewJob>, Task<IReadOnlyList<long>>> send)
{
    /// <summary>Submissions of more jobs are better sent alone.</summary>
    public const int MostOfOne = 64;

    // Enough to make the statement's own cost small; more would only make the first wait for the last.
    private const int MostJobs = 256;

    private readonly Lock _lock = new();
    private readonly Queue<Submission> _waiting = new();
    private bool _sending;

    /// <summary>Writes these jobs, all or none, perhaps in one statement with others'.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="cancellationToken">Gives up waiting; they may be written or not.</param>
    /// <exception cref="QueueRefusedException">These jobs are refused, whoever they were sent with.</exception>
    /// <exception cref="QueueUnavailableException">The database is out of reach.</exception>
    public async Task<IReadOnlyList<long>> SendAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        var submission = new Submission(jobs);
        bool first;
        lock (_lock)
        {
            _waiting.Enqueue(submission);
            first = !_sending;
            _sending = true;
        }

        if (first)
        {
            // Not the caller's own work from here on: when he gives up, the others' jobs are still to be sent.
            _ = Task.Run(SendWaitingAsync, CancellationToken.None);
        }

        return await submission.Answer.Task.WaitAsync(cancellationToken);
    }

    private async Task SendWaitingAsync()
    {
        while (TakeWaiting() is { Count: > 0 } together)
        {
            try
            {
                var ids = await send([.. together.SelectMany(s => s.Jobs)]);
                var at = 0;
                foreach (var submission in together)
                {
                    submission.Answer.SetResult([.. ids.Skip(at).Take(submission.Jobs.Count)]);
                    at += submission.Jobs.Count;
                }
            }
            catch (Exception e) when (together.Count > 1 && e is QueueRefusedException or PostgresException)
            {
                // Nothing was written. Whose fault it is shows when each goes alone.
                foreach (var submission in together)
                {
                    await SendAloneAsync(submission);
                }
            }
            catch (Exception e)
            {
                together.ForEach(s => s.Answer.SetException(e));
            }
        }
    }

    private async Task SendAloneAsync(Submission submission)
    {
        try
        {
            submission.Answer.SetResult(await send(submission.Jobs));
        }
        catch (Exception e)
        {
            submission.Answer.SetException(e);
        }
    }

    // Empty: the next one that comes begins again.
    private List<Submission> TakeWaiting()
    {
        var taken = new List<Submission>();
        lock (_lock)
        {
            for (var jobs = 0; _waiting.TryPeek(out var next) && (taken.Count == 0 || jobs + next.Jobs.Count <= MostJobs); jobs += next.Jobs.Count)
            {
                taken.Add(_waiting.Dequeue());
            }

            _sending = taken.Count > 0;
        }

        return taken;
    }

    private sealed record Submission(IReadOnlyList<NewJob> Jobs)
    {
        public TaskCompletionSource<IReadOnlyList<long>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
