namespace DiffusionHub.Inference;

/// <summary>
/// What ends the runs of graphs on this thread early: between two operators of a graph, so that even a step of minutes ends within moments.
/// A run that was ended throws <see cref="OperationCanceledException"/>, and the graph stays usable.
/// </summary>
public static class Interruption
{
    [ThreadStatic]
    private static CancellationToken current;

    internal static CancellationToken Current => current;

    /// <summary>Lets <paramref name="token"/> end this thread's runs until the scope is disposed, in place of what could before.</summary>
    public static Scope By(CancellationToken token)
    {
        var outer = current;
        current = token;
        return new Scope(outer);
    }

    /// <summary>A stretch of a thread's work.</summary>
    public readonly ref struct Scope
    {
        private readonly CancellationToken outer;

        internal Scope(CancellationToken outer) => this.outer = outer;

        /// <summary>What could end runs before can do so again.</summary>
        public void Dispose() => current = outer;
    }
}
