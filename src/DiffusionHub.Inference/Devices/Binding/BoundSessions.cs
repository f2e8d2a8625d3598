namespace DiffusionHub.Inference.Devices.Binding;

/// <summary>What is bound for the shapes of a graph's runs; the shapes that were not run for longest are let go.</summary>
/// <param name="most">How many shapes are kept.</param>
internal sealed class BoundSessions<T>(int most) : IDisposable
    where T : IDisposable
{
    private readonly LinkedList<(RunShapes Shapes, T Bound)> kept = new();

    /// <summary>What is bound for these shapes; where nothing is, what <paramref name="bind"/> gives.</summary>
    public T For(RunShapes shapes, Func<T> bind)
    {
        for (var node = kept.First; node is not null; node = node.Next)
        {
            if (node.Value.Shapes.Equals(shapes))
            {
                kept.Remove(node);
                kept.AddFirst(node);
                return node.Value.Bound;
            }
        }

        // First, so that there is room for the new.
        while (kept.Last is { } oldest && kept.Count >= most)
        {
            kept.RemoveLast();
            oldest.Value.Bound.Dispose();
        }

        var bound = bind();
        kept.AddFirst((shapes, bound));
        return bound;
    }

    public void Dispose()
    {
        foreach (var (_, bound) in kept)
        {
            bound.Dispose();
        }

        kept.Clear();
    }
}
