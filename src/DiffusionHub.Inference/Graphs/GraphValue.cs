namespace DiffusionHub.Inference.Graphs;

/// <summary>
/// A tensor in a graph that is being written: (B, C, H, W) for pictures, (B, N, C) for tokens, (B, C) for vectors.
/// </summary>
/// <param name="Graph">The graph.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Width">C, the length of its feature axis.</param>
internal readonly record struct GraphValue(GraphBuilder Graph, string Name, long Width)
{
    public static GraphValue operator +(GraphValue a, GraphValue b) => a.Graph.Node("Add", a.Width, [a.Name, b.Name]);

    public static GraphValue operator *(GraphValue a, GraphValue b) => a.Graph.Node("Mul", a.Width, [a.Name, b.Name]);

    /// <summary>x·sigmoid(x).</summary>
    public GraphValue Silu() => Sigmoid(1);

    /// <summary>x·sigmoid(1.702x), the Gaussian error linear unit of the first CLIP.</summary>
    public GraphValue QuickGelu() => Sigmoid(1.702f);

    /// <summary>x·Φ(x), with the error function.</summary>
    public GraphValue Gelu() => Graph.Node("Gelu", Width, [Name]);

    /// <summary>The same numbers as another type.</summary>
    public GraphValue As(Onnx.OnnxType type) => Graph.Node("Cast", Width, [Name], new Onnx.OnnxAttribute("to", (long)type));

    /// <summary>From float32 to the numbers that the graph calculates with.</summary>
    public GraphValue AsNumbers() => Graph.Number == Onnx.OnnxType.Float ? this : As(Graph.Number);

    /// <summary>From the numbers that the graph calculates with to float32.</summary>
    public GraphValue AsExact() => Graph.Number == Onnx.OnnxType.Float ? this : As(Onnx.OnnxType.Float);

    public GraphValue Of(string type) => Graph.Node(type, Width, [Name]);

    /// <summary>Beside another value along <paramref name="axis"/>.</summary>
    public GraphValue Concat(GraphValue other, int axis) => Graph.Node("Concat", Width + other.Width, [Name, other.Name], new Onnx.OnnxAttribute("axis", (long)axis));

    /// <summary>(B, C) to (B, C, 1, 1).</summary>
    public GraphValue OverPixels() => Graph.Node("Unsqueeze", Width, [Name, Graph.Constant(2L, 3L)]);

    /// <summary>(B, C, H, W) to (B, H·W, C).</summary>
    public GraphValue ToTokens() => Reshape(Width, Graph.Constant(0, Width, -1)).Transpose(0, 2, 1);

    /// <summary>(B, H·W, C) to (B, C, H, W), the shape of <paramref name="like"/>.</summary>
    public GraphValue ToPicture(GraphValue like) => Transpose(0, 2, 1).Reshape(Width, like.Shape());

    public GraphValue Reshape(long width, string shape) => Graph.Node("Reshape", width, [Name, shape]);

    /// <summary>Lengths of the dimensions from <paramref name="first"/> up to, not including, <paramref name="end"/>.</summary>
    public string Shape(long first = 0, long end = 4) =>
        Graph.Node("Shape", 0, [Name], new Onnx.OnnxAttribute("start", first), new Onnx.OnnxAttribute("end", end)).Name;

    public GraphValue Transpose(params long[] axes) => Graph.Node("Transpose", Width, [Name], new Onnx.OnnxAttribute("perm", axes));

    private GraphValue Sigmoid(float alpha) => Graph.MicrosoftNode("QuickGelu", Width, [Name], new Onnx.OnnxAttribute("alpha", alpha));
}
