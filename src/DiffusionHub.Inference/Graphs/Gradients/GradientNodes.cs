using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Gradients;

/// <summary>Nodes that gradients are made of.</summary>
internal static class GradientNodes
{
    public static GraphValue Number(this GraphBuilder graph, float number) => graph.Constant([number]);

    public static GraphValue Minus(this GraphValue a, GraphValue b) => a.Graph.Node("Sub", 0, [a.Name, b.Name]);

    public static GraphValue Over(this GraphValue a, GraphValue b) => a.Graph.Node("Div", 0, [a.Name, b.Name]);

    /// <summary>Matrix product over the last two axes: alpha·a·b, each transposed or not.</summary>
    public static GraphValue Product(this GraphValue a, GraphValue b, bool transposeA = false, bool transposeB = false, float alpha = 1) => a.Graph.MicrosoftNode(
        "FusedMatMul",
        0,
        [a.Name, b.Name],
        new OnnxAttribute("transA", transposeA ? 1L : 0L),
        new OnnxAttribute("transB", transposeB ? 1L : 0L),
        new OnnxAttribute("alpha", alpha));

    /// <summary>Sum along axes, which stay with the length 1.</summary>
    public static GraphValue Sum(this GraphValue x, params long[] axes) => x.Graph.Node("ReduceSum", 0, [x.Name, x.Graph.Constant(axes)]);

    /// <summary>Mean along the last axis, which stays with the length 1.</summary>
    public static GraphValue Mean(this GraphValue x) => x.Graph.Node("ReduceMean", 0, [x.Name, x.Graph.Constant(-1L)]);

    public static GraphValue Permuted(this GraphValue x, params long[] axes) => x.Graph.Node("Transpose", 0, [x.Name], new OnnxAttribute("perm", axes));

    /// <summary>From <paramref name="start"/> to before <paramref name="end"/> along one axis.</summary>
    public static GraphValue Cut(this GraphValue x, string start, string end, long axis) =>
        x.Graph.Node("Slice", 0, [x.Name, start, end, x.Graph.Constant(axis)]);

    /// <summary>In the shape of another value with as many elements.</summary>
    public static GraphValue Like(this GraphValue x, GraphValue like) => x.Reshape(0, like.WholeShape());

    /// <summary>Repeated along axes of length 1 to the shape of another value.</summary>
    public static GraphValue SpreadLike(this GraphValue x, GraphValue like) => x.Graph.Node("Expand", 0, [x.Name, like.WholeShape()]);

    /// <summary>Zeros in the shape of another value.</summary>
    public static GraphValue ZerosLike(this GraphValue like) => like.Graph.Node("ConstantOfShape", 0, [like.WholeShape()]);

    /// <summary>Lengths of all axes.</summary>
    public static string WholeShape(this GraphValue x) => x.Graph.Node("Shape", 0, [x.Name]).Name;

    /// <summary>Length of one axis, as a list of one.</summary>
    public static string Length(this GraphValue x, long axis) =>
        axis == -1 ? x.Graph.Node("Shape", 0, [x.Name], new OnnxAttribute("start", -1L)).Name : x.Shape(axis, axis + 1);

    /// <summary>Number of elements, float32.</summary>
    public static GraphValue Count(this GraphValue x) => x.Graph.Node("Cast", 0, [x.Graph.Node("Size", 0, [x.Name]).Name], new OnnxAttribute("to", (long)OnnxType.Float));

    /// <summary>x with zeros before and after it along <paramref name="axes"/>; the widths as a list, first all before, then all after.</summary>
    public static GraphValue Padded(this GraphValue x, string widths, params long[] axes) => x.Graph.Node("Pad", 0, [x.Name, widths, "", x.Graph.Constant(axes)]);

    /// <summary>A zero that is there only after both <paramref name="token"/>, a zero itself, and <paramref name="value"/>.</summary>
    public static string After(this string token, GraphValue value) => value.Graph.Node("Mul", 0, [token, value.Graph.Node("Size", 0, [value.Name]).Name]).Name;
}
