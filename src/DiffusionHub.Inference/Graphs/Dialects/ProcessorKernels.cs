using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Kernels;

namespace DiffusionHub.Inference.Graphs.Dialects;

/// <summary>Layers in the forms that take a processor the fewest products: its convolutions are limited by nothing else.</summary>
internal class ProcessorKernels : PortableKernels
{
    // Rows of a 3×3 kernel that fall on the same pixel before it was doubled: for the upper (left) half of the 2×2, and for the lower (right) one.
    private static readonly float[][][] Halves =
    [
        [[1, 0, 0], [0, 1, 1]],
        [[1, 1, 0], [0, 0, 1]],
    ];

    public override GraphValue GroupNorm(Module norm, GraphValue x, int groups, float epsilon, bool silu) => Norm(norm, x, [], groups, epsilon, silu);

    public override GraphValue ShiftedGroupNorm(Module norm, GraphValue x, GraphValue shift, int groups, float epsilon, bool silu) =>
        Norm(norm, x, [shift.Name], groups, epsilon, silu);

    /// <summary>
    /// Four convolutions of 2×2 before the doubling in place of one of 3×3 after it, one for each of the four pixels that a pixel becomes: 16 products
    /// for each of the small picture's pixels instead of 36. The sums of the weights are taken once, when the graph is loaded.
    /// </summary>
    public override GraphValue Upsample(Module conv, GraphValue x)
    {
        var graph = conv.Graph;
        var weight = new GraphValue(graph, conv.Weight("weight", x.Width, x.Width, 3, 3), 3).Reshape(9, graph.Constant(-1, 9));
        string[] quarters = [.. Quarters().Select(q => Quarter(q.Row, q.Column).Name)];
        return graph.HubNode(InterleaveOperator.Name, x.Width, quarters);

        GraphValue Quarter(int row, int column)
        {
            var kernel = graph.Node("MatMul", 4, [weight.Name, graph.Constant(Sums(row, column), 9, 4).Name]).Reshape(2, graph.Constant(x.Width, x.Width, 2, 2));
            return graph.Node(
                "Conv",
                x.Width,
                [x.Name, kernel.Name, conv.Weight("bias", x.Width)],
                new OnnxAttribute("kernel_shape", new long[] { 2, 2 }),
                new OnnxAttribute("pads", new long[] { 1 - row, 1 - column, row, column }));
        }
    }

    private static GraphValue Norm(Module norm, GraphValue x, string[] shift, int groups, float epsilon, bool silu) => norm.Graph.HubNode(
        GroupNormOperator.Name,
        x.Width,
        [x.Name, norm.Weight("weight", x.Width), norm.Weight("bias", x.Width), .. shift],
        new OnnxAttribute("groups", groups),
        new OnnxAttribute("epsilon", epsilon),
        new OnnxAttribute("silu", silu ? 1L : 0L));

    private static IEnumerable<(int Row, int Column)> Quarters() => [(0, 0), (0, 1), (1, 0), (1, 1)];

    // (9, 4): which of the nine weights of a kernel are added to which of the four.
    private static float[] Sums(int row, int column) =>
    [
        .. from y in Enumerable.Range(0, 3)
           from x in Enumerable.Range(0, 3)
           from i in Enumerable.Range(0, 2)
           from j in Enumerable.Range(0, 2)
           select Halves[row][i][y] * Halves[column][j][x],
    ];
}
