namespace DiffusionHub.Inference.Graphs.Gradients.Rules;

/// <summary>Matrix products.</summary>
internal static class Products
{
    /// <summary>y = alpha·a·b, each transposed or not.</summary>
    public static void MatMul(NodeGradient at)
    {
        at.Only("transBatchA", 0L);
        at.Only("transBatchB", 0L);
        var (g, alpha) = (at.Cotangent, at.Node.Attribute("alpha", 1f));
        var (a, b) = (at.Node.Attribute("transA", 0L) == 1, at.Node.Attribute("transB", 0L) == 1);
        if (at.Wants(0))
        {
            at.Give(0, a ? at.Input(1).Product(g, b, true, alpha) : g.Product(at.Input(1), false, !b, alpha));
        }

        if (at.Wants(1))
        {
            at.Give(1, b ? g.Product(at.Input(0), true, a, alpha) : at.Input(0).Product(g, !a, false, alpha));
        }
    }
}
