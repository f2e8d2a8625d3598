namespace DiffusionHub.Pipelines.LatentDiffusion.Sharing;

/// <summary>Cancelled once every one of several tokens is.</summary>
internal sealed class LastCancellation : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<CancellationTokenRegistration> registrations = [];
    private int left;

    public LastCancellation(IReadOnlyList<CancellationToken> tokens)
    {
        left = tokens.Count;
        registrations.AddRange(tokens.Select(token => token.UnsafeRegister(static last => ((LastCancellation)last!).OneMore(), this)));
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        // Waits for those that are just being told.
        registrations.ForEach(registration => registration.Dispose());
        source.Dispose();
    }

    private void OneMore()
    {
        if (Interlocked.Decrement(ref left) == 0)
        {
            source.Cancel();
        }
    }
}
