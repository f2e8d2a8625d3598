using DiffusionHub.Inference.Graphs.Gradients.Rules;

namespace DiffusionHub.Inference.Graphs.Gradients;

/// <summary>The operators that graphs are differentiated through.</summary>
internal static class KnownRules
{
    // Whole numbers, truth values and shapes: nothing flows through them.
    private static readonly HashSet<string> Flat = ["Shape", "Size", "ArgMax", "Equal", "Greater", "Less", "NonZero", "ConstantOfShape"];

    private static readonly HashSet<string> Reductions = ["ReduceSum", "ReduceMean", "ReduceL2"];

    private static readonly Dictionary<string, GradientRule> Rules = new(StringComparer.Ordinal)
    {
        ["Add"] = Arithmetic.Add,
        ["Sub"] = Arithmetic.Sub,
        ["Mul"] = Arithmetic.Mul,
        ["Div"] = Arithmetic.Div,
        ["Neg"] = Arithmetic.Neg,
        ["Sqrt"] = Arithmetic.Sqrt,
        ["Exp"] = Arithmetic.Exp,
        ["QuickGelu"] = Activations.QuickGelu,
        ["Gelu"] = Activations.Gelu,
        ["Sigmoid"] = Activations.Sigmoid,
        ["Tanh"] = Activations.Tanh,
        ["Relu"] = Activations.Relu,
        ["Clip"] = Activations.Clip,
        ["Asin"] = Activations.Asin,
        ["LogSoftmax"] = Activations.LogSoftmax,
        ["Softmax"] = Activations.Softmax,
        ["MatMul"] = Products.MatMul,
        ["FusedMatMul"] = Products.MatMul,
        ["Conv"] = Convolution.Conv,
        ["InstanceNormalization"] = Normalisations.Instance,
        ["LayerNormalization"] = Normalisations.Layer,
        ["MultiHeadAttention"] = AttentionGradient.MultiHead,
        ["Resize"] = Resampling.Resize,
        ["AveragePool"] = Pooling.Average,
        ["MaxPool"] = Pooling.Max,
        ["GlobalAveragePool"] = Reducing.Mean,
        ["ReduceMean"] = Reducing.Mean,
        ["ReduceSum"] = Reducing.Sum,
        ["ReduceL2"] = Reducing.Norm,
        ["Identity"] = Shapes.Identity,
        ["Cast"] = Shapes.Identity,
        ["Reshape"] = Shapes.Reshape,
        ["Squeeze"] = Shapes.Reshape,
        ["Unsqueeze"] = Shapes.Reshape,
        ["Expand"] = Shapes.Expand,
        ["Transpose"] = Shapes.Transpose,
        ["Concat"] = Shapes.Concat,
        ["Split"] = Shapes.Split,
        ["Slice"] = Selections.Slice,
        ["Gather"] = Selections.Gather,
    };

    /// <exception cref="NotSupportedException">The operator is not among them.</exception>
    public static GradientRule Of(TapeNode node) =>
        Rules.GetValueOrDefault(node.Type) ?? throw new NotSupportedException($"The gradient of {node.Type} ({node.Outputs[0]}) is not known.");

    /// <summary>Whether the operator's gradient is zero, or has no meaning.</summary>
    public static bool IsFlat(TapeNode node) => Flat.Contains(node.Type);

    /// <summary>Axes, counted from the last as −1, along which a node's output has the length 1 for certain.</summary>
    /// <param name="node">The node.</param>
    /// <param name="tape">Its graph.</param>
    /// <param name="of">The same of its inputs.</param>
    public static IReadOnlySet<long> OneAxes(TapeNode node, GraphTape tape, Func<string, IReadOnlySet<long>> of)
    {
        if (Reductions.Contains(node.Type) && node.Attribute("keepdims", 1L) == 1)
        {
            return tape.Integers.GetValueOrDefault(node.Inputs[^1], []).Where(axis => axis < 0).ToHashSet();
        }

        return node.Type switch
        {
            "GlobalAveragePool" => new HashSet<long> { -1, -2 },
            "Sqrt" or "Asin" or "Exp" or "Neg" or "Sigmoid" or "Tanh" or "Relu" or "Clip" or "QuickGelu" or "Gelu" or "Identity" or "Cast" => of(node.Inputs[0]),
            _ => new HashSet<long>(),
        };
    }
}
