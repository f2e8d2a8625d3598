namespace DiffusionHub.Inference.Graphs.Gradients.Rules;

/// <summary>Normalisations y = γ·(x − μ)/σ + β.</summary>
internal static class Normalisations
{
    private const float DefaultEpsilon = 1e-5f;

    /// <summary>Over all pixels of a channel: (B, C, …) with γ and β of (C).</summary>
    public static void Instance(NodeGradient at)
    {
        // γ is one number for all that is averaged over, so that it can be multiplied last, with the few 1/σ.
        var rows = at.Graph.Constant(0, 0, -1);
        var (x, g) = (at.Input(0).Reshape(0, rows), at.Cotangent.Reshape(0, rows));
        var scale = Array.TrueForAll(at.Floats(1), factor => factor == 1) ? (GraphValue?)null : at.Graph.Node("Unsqueeze", 0, [at.Node.Inputs[1], at.Graph.Constant(-1L)]);
        at.Give(0, Standardised(x, g, at.Node.Attribute("epsilon", DefaultEpsilon), scale).Like(at.Input(0)));
    }

    /// <summary>Over the last axis, of which γ and β have the length.</summary>
    public static void Layer(NodeGradient at)
    {
        at.Only("axis", -1L);
        at.Give(0, Standardised(at.Input(0), at.Cotangent * at.Input(1), at.Node.Attribute("epsilon", DefaultEpsilon), null));
    }

    // ∂L/∂x = (g − mean(g) − x̂·mean(g·x̂))/σ, with x̂ = (x − μ)/σ (Ioffe and Szegedy 2015, section 3).
    private static GraphValue Standardised(GraphValue x, GraphValue g, float epsilon, GraphValue? scale)
    {
        var centred = x.Minus(x.Mean());
        var variance = (centred * centred).Mean() + x.Graph.Number(epsilon);
        var slope = (centred * g).Mean().Over(variance);
        var factor = variance.Of("Sqrt").Of("Reciprocal");
        return g.Minus(g.Mean()).Minus(centred * slope) * (scale is { } s ? factor * s : factor);
    }
}
