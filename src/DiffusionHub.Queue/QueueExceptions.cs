using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>The database cannot be reached or broke off; nothing is half written. The message is fit for people; the cause is inside.</summary>
public sealed class QueueUnavailableException(Exception inner)
    : Exception(QueueText.Of(QueueTexts.Unavailable, Reason(inner)), inner)
{
    // "Exception while reading from stream" says nothing; what lies beneath it does.
    private static string Reason(Exception e) => e is PostgresException p ? p.MessageText : (e.InnerException ?? e).Message.TrimEnd('.');
}

/// <summary>The queue refuses what it was given (an unknown lane, a payload that is too large or no JSON). The message is fit for people.</summary>
public sealed class QueueRefusedException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// The words of <c>queue.refuse</c>, <c>reason: detail</c>, where the refusal came from a statement that was handed in with the jobs: whoever
    /// handed it in has the sentence.
    /// </summary>
    public string? Reason { get; init; }
}
