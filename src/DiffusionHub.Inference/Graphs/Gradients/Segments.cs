namespace DiffusionHub.Inference.Graphs.Gradients;

/// <summary>
/// Cuts a graph into segments for checkpointing (Chen et al. 2016): what passes from one to the next is kept until the way back, what is
/// inside of one is computed again when its gradient is.
/// </summary>
internal static class Segments
{
    // What lives longer than so many residual sums is kept at all events.
    private const int Skipped = 3;

    /// <summary>
    /// Segments end at residual sums that nothing else crosses but a UNet's skip connections, which are kept anyway: after each residual block,
    /// attention and feed-forward network, where a model is narrowest.
    /// </summary>
    /// <param name="activity">What lies between input and output.</param>
    public static IReadOnlyList<IReadOnlyList<TapeNode>> Cut(Activity activity)
    {
        var lastUse = new Dictionary<string, int>(StringComparer.Ordinal);
        var nodes = activity.Nodes;
        for (var i = 0; i < nodes.Count; i++)
        {
            foreach (var input in nodes[i].Inputs)
            {
                lastUse[input] = i;
            }
        }

        // Residual sums before each node.
        var sums = new int[nodes.Count + 1];
        for (var i = 0; i < nodes.Count; i++)
        {
            sums[i + 1] = sums[i] + (IsSum(nodes[i]) ? 1 : 0);
        }

        List<IReadOnlyList<TapeNode>> segments = [];
        var (first, open) = (0, -1);
        for (var i = 0; i < nodes.Count; i++)
        {
            if (IsSum(nodes[i]) && open <= i)
            {
                segments.Add(nodes[first..(i + 1)]);
                (first, open) = (i + 1, -1);
            }
            else
            {
                open = Math.Max(open, nodes[i].Outputs.Max(output => Crossing(output, i)));
            }
        }

        segments.Add(nodes[first..]);
        return segments;

        bool IsSum(TapeNode node) => node.Type == "Add" && node.Inputs.All(activity.IsActive);

        int Crossing(string output, int made) =>
            lastUse.TryGetValue(output, out var used) && sums[used] - sums[made + 1] <= Skipped ? used : -1;
    }
}
