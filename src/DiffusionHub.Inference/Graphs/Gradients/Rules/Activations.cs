namespace DiffusionHub.Inference.Graphs.Gradients.Rules;

/// <summary>Activation functions, element by element, and softmax.</summary>
internal static class Activations
{
    private const float DefaultAlpha = 1.702f;

    // y = x·s with s = sigmoid(αx): y' = s + αx·s·(1 − s). (Not from y, which would have to be kept from before.)
    public static void QuickGelu(NodeGradient at)
    {
        var alpha = at.Node.Attribute("alpha", DefaultAlpha);
        var x = alpha == 1 ? at.Input(0) : at.Input(0) * at.Graph.Number(alpha);
        var sigmoid = x.Of("Sigmoid");
        at.Give(0, at.Cotangent * (sigmoid + (x * sigmoid * at.Graph.Number(1).Minus(sigmoid))));
    }

    // y = x·Φ(x): y' = Φ(x) + x·φ(x), with Φ(x) = (1 + erf(x/√2))/2 and φ(x) = exp(−x²/2)/√(2π).
    public static void Gelu(NodeGradient at)
    {
        at.Only("approximate", "none");
        var (x, graph) = (at.Input(0), at.Graph);
        var below = ((x * graph.Number(MathF.Sqrt(0.5f))).Of("Erf") * graph.Number(0.5f)) + graph.Number(0.5f);
        var density = (x * x * graph.Number(-0.5f)).Of("Exp") * graph.Number(1 / MathF.Sqrt(2 * MathF.PI));
        at.Give(0, at.Cotangent * (below + (x * density)));
    }

    public static void Sigmoid(NodeGradient at)
    {
        var y = at.Output();
        at.Give(0, at.Cotangent * (y * at.Graph.Number(1).Minus(y)));
    }

    public static void Tanh(NodeGradient at)
    {
        var y = at.Output();
        at.Give(0, at.Cotangent * at.Graph.Number(1).Minus(y * y));
    }

    // A result is 0 or above, so that its sign is 0 or 1.
    public static void Relu(NodeGradient at) => at.Give(0, at.Cotangent * at.Output().Of("Sign"));

    // What was not clipped passes.
    public static void Clip(NodeGradient at)
    {
        var passes = at.Graph.Node("Equal", 0, [at.Input(0).Name, at.Output().Name]);
        at.Give(0, at.Graph.Node("Where", 0, [passes.Name, at.Cotangent.Name, at.Graph.Number(0).Name]));
    }

    // ∂L/∂x = y·(g − Σ g·y).
    public static void Softmax(NodeGradient at)
    {
        var y = at.Output();
        at.Give(0, y * at.Cotangent.Minus((at.Cotangent * y).Sum(at.Node.Attribute("axis", -1L))));
    }

    // y = x − log Σ exp(x): ∂L/∂x = g − exp(y)·Σ g.
    public static void LogSoftmax(NodeGradient at) => at.Give(0, at.Cotangent.Minus(at.Output().Of("Exp") * at.Cotangent.Sum(at.Node.Attribute("axis", -1L))));

    // y = arcsin x: y' = 1/√(1 − x²).
    public static void Asin(NodeGradient at)
    {
        var x = at.Input(0);
        at.Give(0, at.Cotangent.Over(at.Graph.Number(1).Minus(x * x).Of("Sqrt")));
    }
}
