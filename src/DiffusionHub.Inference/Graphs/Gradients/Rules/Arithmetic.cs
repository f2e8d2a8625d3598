namespace DiffusionHub.Inference.Graphs.Gradients.Rules;

/// <summary>
/// Sums, products and powers. Operands may be repeated along axes of length 1 that come from a reduction; otherwise an operand that the
/// gradient goes to must have the result's shape, as all have in the graphs of the hub.
/// </summary>
internal static class Arithmetic
{
    public static void Add(NodeGradient at)
    {
        Give(at, 0, () => at.Cotangent);
        Give(at, 1, () => at.Cotangent);
    }

    public static void Sub(NodeGradient at)
    {
        Give(at, 0, () => at.Cotangent);
        Give(at, 1, () => at.Cotangent.Graph.Node("Neg", 0, [at.Cotangent.Name]));
    }

    public static void Mul(NodeGradient at)
    {
        Give(at, 0, () => at.Cotangent * at.Input(1));
        Give(at, 1, () => at.Cotangent * at.Input(0));
    }

    // y = a/b: ∂y/∂a = 1/b, ∂y/∂b = −y/b.
    public static void Div(NodeGradient at)
    {
        Give(at, 0, () => at.Cotangent.Over(at.Input(1)));
        Give(at, 1, () => (at.Cotangent * at.Output()).Over(at.Input(1)).Of("Neg"));
    }

    public static void Neg(NodeGradient at) => at.Give(0, at.Cotangent.Of("Neg"));

    // y = √x: ∂y/∂x = 1/2y.
    public static void Sqrt(NodeGradient at) => at.Give(0, at.Cotangent.Over(at.Output() * at.Graph.Number(2)));

    public static void Exp(NodeGradient at) => at.Give(0, at.Cotangent * at.Output());

    private static void Give(NodeGradient at, int input, Func<GraphValue> gradient)
    {
        if (at.Wants(input))
        {
            var repeated = at.OneAxes(input).Except(at.OneAxes(1 - input)).Order().ToArray();
            at.Give(input, repeated.Length > 0 ? gradient().Sum(repeated) : gradient());
        }
    }
}
