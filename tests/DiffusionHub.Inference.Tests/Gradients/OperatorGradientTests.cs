using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Gradients;
using DiffusionHub.Inference.Graphs.Modules;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Gradients;

/// <summary>Each operator's gradient against central differences.</summary>
public sealed class OperatorGradientTests
{
    private const double Limit = 1e-3;

    private static readonly Dictionary<string, Func<GraphValue, GraphValue>> Pictures = new()
    {
        ["Conv 3x3"] = x => x.Graph.Node("Conv", 5, [x.Name, Kernel(x, 5, 3), x.Graph.Constant([0.1f, 0.2f, 0, 0, 1], 5).Name], Sides("kernel_shape", 3, 3), Sides("pads", 1, 1, 1, 1)),
        ["Conv 1x1"] = x => x.Graph.Node("Conv", 5, [x.Name, Kernel(x, 5, 1)], Sides("kernel_shape", 1, 1)),
        ["Conv unpadded"] = x => x.Graph.Node("Conv", 5, [x.Name, Kernel(x, 5, 3)], Sides("kernel_shape", 3, 3), Sides("pads", 0, 0, 0, 0)),
        ["Conv stride 2"] = x => x.Graph.Node("Conv", 5, [x.Name, Kernel(x, 5, 3)], Sides("kernel_shape", 3, 3), Sides("strides", 2, 2), Sides("pads", 1, 1, 1, 1)),
        ["Conv stride 2 below"] = x => x.Graph.Node("Conv", 5, [x.Name, Kernel(x, 5, 3)], Sides("kernel_shape", 3, 3), Sides("strides", 2, 2), Sides("pads", 0, 0, 1, 1)),
        ["Conv patches"] = x => x.Graph.Node("Conv", 5, [x.Name, Kernel(x, 5, 2)], Sides("kernel_shape", 2, 2), Sides("strides", 2, 2)),
        ["InstanceNormalization"] = x => x.Graph.Node("InstanceNormalization", 4, [x.Name, x.Graph.Constant([1f, 2, 3, -1], 4).Name, x.Graph.Constant([1f, 0, 0, 0], 4).Name]),
        ["Doubled"] = x => x.Doubled() * x.Doubled(),
        ["AveragePool"] = x => x.Graph.Node("AveragePool", 4, [x.Name], Sides("kernel_shape", 2, 2), Sides("strides", 2, 2)),
        ["AveragePool up"] = x => x.Halved() * x.Halved(),
        ["GlobalAveragePool"] = x => x * x.Of("GlobalAveragePool"),
        ["Concat"] = x => x.Concat(x * x, 1),
        ["ToTokens"] = x => x.ToTokens() * x.Graph.Constant([1f, 2, 3, 4], 4),
        ["ToPicture"] = x => x.ToTokens().ToPicture(x),
    };

    private static readonly Dictionary<string, Func<GraphValue, GraphValue>> Tokens = new()
    {
        ["Add"] = x => x + x,
        ["Mul"] = x => x * x,
        ["Sub"] = x => x.Graph.Constant([2f]).Minus(x),
        ["Div"] = x => x.Over((x * x) + x.Graph.Constant([1f])),
        ["Exp"] = x => x.Of("Exp"),
        ["Neg"] = x => x.Of("Neg"),
        ["Sqrt"] = x => ((x * x) + x.Graph.Constant([1f])).Of("Sqrt"),
        ["Silu"] = x => x.Silu(),
        ["QuickGelu"] = x => x.QuickGelu(),
        ["Gelu"] = x => x.Gelu(),
        ["Sigmoid"] = x => x.Of("Sigmoid"),
        ["Tanh"] = x => x.Of("Tanh"),
        ["Softmax"] = x => x.Graph.Node("Softmax", 4, [x.Name], new OnnxAttribute("axis", -1L)),
        ["LogSoftmax"] = x => x.Graph.Node("LogSoftmax", 4, [x.Name], new OnnxAttribute("axis", -1L)),
        ["Asin"] = x => (x.Of("Tanh") * x.Graph.Constant([0.5f])).Of("Asin"),
        ["LayerNormalization"] = x => x.Graph.Node("LayerNormalization", 4, [x.Name, x.Graph.Constant([1f, 2, -1, 0.5f], 4).Name, x.Graph.Constant([1f, 0, 0, 0], 4).Name]),
        ["MatMul"] = x => x.Graph.Node("MatMul", 4, [x.Name, x.Product(x, transposeA: true).Name]),
        ["MatMul of two"] = x => x.Product(x, transposeB: true, alpha: 0.5f),
        ["MatMul, first transposed"] = x => x.Product(x, transposeA: true),
        ["MatMul, both transposed"] = x => x.Product(x.Product(x, transposeB: true), true, true),
        ["MultiHeadAttention"] = x => Attention.DotProduct(x, x, x, 2, causal: false),
        ["Halves"] = x => Halves(x),
        ["Transpose"] = x => x.Permuted(1, 2, 0) * x.Permuted(1, 2, 0),
        ["Unsqueeze"] = x => x.Graph.Node("Squeeze", 4, [(x.Graph.Node("Unsqueeze", 4, [x.Name, x.Graph.Constant(1L)]) * x.Graph.Constant([3f])).Name, x.Graph.Constant(1L)]),
        ["Gather"] = x => x.Graph.Node("Gather", 4, [x.Name, x.Graph.Constant(2, 0, 2)], new OnnxAttribute("axis", 1L)),
        ["Slice"] = x => x.Graph.Node("Slice", 4, [x.Name, x.Graph.Constant(1, -3), x.Graph.Constant(3, -1), x.Graph.Constant(1, 2)]),
        ["ReduceMean"] = x => x * x.Mean(),
        ["ReduceSum"] = x => x.Graph.Node("ReduceSum", 4, [(x * x).Name, x.Graph.Constant(1L)], new OnnxAttribute("keepdims", 0L)),
        ["ReduceL2"] = x => x.Over(x.Graph.Node("ReduceL2", 1, [x.Name, x.Graph.Constant(-1L)])),
        ["Expand"] = x => x.Mean().SpreadLike(x),
    };

    public static TheoryData<string> OnPictures => [.. Pictures.Keys];

    public static TheoryData<string> OnTokens => [.. Tokens.Keys];

    [Theory]
    [MemberData(nameof(OnPictures))]
    public void A_gradient_over_pixels_is_the_slope(string name) => Check(Pictures[name], [2, 4, 7, 6]);

    [Theory]
    [MemberData(nameof(OnTokens))]
    public void A_gradient_over_tokens_is_the_slope(string name) => Check(Tokens[name], [2, 5, 4]);

    [Fact]
    public void A_gradient_of_attention_goes_over_more_queries_than_fit_one_turn() => Check(x => Attention.DotProduct(x, x, x, 2, causal: false), [1, 400, 4]);

    // Among any 3×3 pixels one is the greatest by so much that it stays the greatest within a step.
    [Fact]
    public void A_gradient_of_overlapping_greatest_pixels_is_the_slope() => Check(
        x =>
        {
            var heights = Enumerable.Range(0, 42).Select(i => (((i / 6 % 3) * 3) + (i % 3)) / 4f).ToArray();
            var hills = (x * x.Graph.Constant([0.05f])) + x.Graph.Constant(heights, 1, 1, 7, 6);
            return x.Graph.Node("MaxPool", 4, [hills.Name], Sides("kernel_shape", 3, 3), Sides("strides", 2, 2), Sides("pads", 1, 1, 1, 1));
        },
        [2, 4, 7, 6]);

    [Fact]
    public void An_unknown_operator_is_refused_by_name()
    {
        var graph = Written(x => x.Of("Sin"), 3);
        Should.Throw<NotSupportedException>(() => VjpGraph.Write(graph, "x", "y")).Message.ShouldContain("Sin");
        Should.Throw<ArgumentException>(() => VjpGraph.Write(graph, "z", "y")).Message.ShouldContain("no input z");
        Should.Throw<ArgumentException>(() => VjpGraph.Write(graph, "x", "z")).Message.ShouldContain("no output z");
    }

    private static void Check(Func<GraphValue, GraphValue> layer, long[] shape)
    {
        var graph = Written(layer, shape.Length);
        using var x = Differences.Wave(1, shape);
        Differences.Error(graph, "x", "y", new Dictionary<string, GraphTensor> { ["x"] = x }, [1]).ShouldBeLessThan(Limit);
    }

    // The layer between others: behind a residual sum, so that it is computed again, and before a mean that each element counts in differently.
    private static WrittenGraph Written(Func<GraphValue, GraphValue> layer, int rank)
    {
        using var weights = new WeightPlan(Path.GetFullPath("operators"), WeightType.Float32);
        var graph = new GraphBuilder("operator", weights);
        var x = graph.Input("x", OnnxType.Float, 4, [.. new OnnxDimension[] { "a", "b", "c", "d" }[..rank]]);
        var y = layer(x + x.Of("Tanh")).Reshape(0, graph.Constant(-1L));
        graph.Output("y", (y + (y * y * y)).Mean(), 1);
        return graph.Write();
    }

    private static GraphValue Halves(GraphValue x)
    {
        var (first, second) = x.Graph.Halves(x);
        return (first * first) + x.Graph.Halves(second.Concat(first, -1)).Second;
    }

    private static string Kernel(GraphValue x, long width, int side)
    {
        var values = new float[width * 4 * side * side];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = MathF.Sin(i * i);
        }

        return x.Graph.Constant(values, width, 4, side, side).Name;
    }

    private static OnnxAttribute Sides(string name, params long[] sides) => new(name, sides);
}
