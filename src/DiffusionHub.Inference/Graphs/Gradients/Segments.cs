namespace DiffusionHub.Inference.Graphs.Gradients;

/// <summary>
/// Cuts a graph into segments for checkpointing (Chen et al. 2016): what passes from one to the next is kept until the way back, what is
/// inside of one is computed again when its gradient is.
/// </summary>
internal static class Segments
{
    /// <summary>
    /// Segments end at residual sums that nothing else crosses: after each residual block, attention and feed-forward network, where a
    /// model is narrowest.
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

        List<IReadOnlyList<TapeNode>> segments = [];
        var (first, open) = (0, -1);
        for (var i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].Type == "Add" && nodes[i].Inputs.All(activity.IsActive) && open <= i)
            {
                segments.Add(nodes[first..(i + 1)]);
                (first, open) = (i + 1, -1);
            }
            else
            {
                open = Math.Max(open, nodes[i].Outputs.Max(output => lastUse.GetValueOrDefault(output, -1)));
            }
        }

        segments.Add(nodes[first..]);
        return segments;
    }
}
