namespace DiffusionHub.Inference.Graphs.Gradients.Rules;

/// <summary>Sums, means and lengths along axes.</summary>
internal static class Reducing
{
    public static void Sum(NodeGradient at) => at.Give(0, Kept(at, at.Cotangent).SpreadLike(at.Input(0)));

    public static void Mean(NodeGradient at)
    {
        var share = at.Output().Count().Over(at.Input(0).Count());
        at.Give(0, (Kept(at, at.Cotangent) * share).SpreadLike(at.Input(0)));
    }

    // y = |x|: ∂y/∂x = x/y.
    public static void Norm(NodeGradient at) => at.Give(0, at.Input(0) * Kept(at, at.Cotangent).Over(Kept(at, at.Output())));

    // With the axes that the reduction removed, if it did.
    private static GraphValue Kept(NodeGradient at, GraphValue reduced) =>
        at.Node.Attribute("keepdims", 1L) == 1 ? reduced : at.Graph.Node("Unsqueeze", 0, [reduced.Name, at.Node.Inputs[1]]);
}
