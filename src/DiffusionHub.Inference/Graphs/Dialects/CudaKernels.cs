using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Dialects;

/// <summary>
/// Operators that ONNX Runtime has for NVIDIA GPUs alone (its ContribOperators.md), at the sizes that their kernels are compiled for; else the portable
/// ones. Normalisations see pictures with channels last; the runtime, which prefers that for convolutions too, takes out the transpositions between them.
/// </summary>
internal sealed class CudaKernels : PortableKernels
{
    // The kernel takes two channels a thread, and sums of at most 32 groups.
    private const int MostGroups = 32;
    private const int ChannelsAThread = 2;

    private static readonly long[] GatedWidths = [2560, 5120, 10240];
    private static readonly long[] AddedWidths = [320, 640, 1280];

    public override GraphValue GroupNorm(Module norm, GraphValue x, int groups, float epsilon, bool silu) => Fits(x, groups)
        ? Nchw(norm.Graph.MicrosoftNode("GroupNorm", x.Width, [Nhwc(x).Name, .. Factors(norm, x)], Attributes(groups, epsilon, silu)))
        : base.GroupNorm(norm, x, groups, epsilon, silu);

    public override GraphValue ShiftedGroupNorm(Module norm, GraphValue x, GraphValue shift, int groups, float epsilon, bool silu) => Fits(x, groups)
        ? Nchw(norm.Graph.MicrosoftNode("SkipGroupNorm", x.Width, [Nhwc(x).Name, .. Factors(norm, x), shift.Name], Attributes(groups, epsilon, silu)))
        : base.ShiftedGroupNorm(norm, x, shift, groups, epsilon, silu);

    public override GraphValue GatedGelu(Module linear, GraphValue x, long width) => GatedWidths.Contains(width)
        ? linear.Graph.MicrosoftNode("BiasSplitGelu", width / 2, [linear.Linear(x, width, bias: false).Name, linear.Weight("bias", width)])
        : base.GatedGelu(linear, x, width);

    public override GraphValue AddLinear(Module linear, GraphValue h, GraphValue x) => AddedWidths.Contains(x.Width)
        ? linear.Graph.MicrosoftNode("BiasAdd", x.Width, [linear.Linear(h, x.Width, bias: false).Name, linear.Weight("bias", x.Width), x.Name])
        : base.AddLinear(linear, h, x);

    public override (GraphValue Sum, GraphValue Normal) AddLinearNorm(Module linear, GraphValue h, GraphValue x, Module norm, float epsilon)
    {
        // Outputs: the normalised sum, its mean and deviation (not wanted), the sum.
        var outputs = linear.Graph.Nodes(
            "SkipLayerNormalization",
            OnnxGraphWriter.Microsoft,
            [true, false, false, true],
            x.Width,
            [linear.Linear(h, x.Width, bias: false).Name, x.Name, norm.Weight("weight", x.Width), norm.Weight("bias", x.Width), linear.Weight("bias", x.Width)],
            new OnnxAttribute("epsilon", epsilon));
        return (outputs[3], outputs[0]);
    }

    private static bool Fits(GraphValue x, int groups) => groups <= MostGroups && x.Width / groups % ChannelsAThread == 0;

    // Scale and shift, which the kernel takes as float32 only.
    private static string[] Factors(Module norm, GraphValue x) => [norm.ExactWeight("weight", x.Width), norm.ExactWeight("bias", x.Width)];

    private static OnnxAttribute[] Attributes(int groups, float epsilon, bool silu) =>
        [new("groups", (long)groups), new("epsilon", epsilon), new("activation", silu ? 1L : 0L), new("channels_last", 1L)];

    private static GraphValue Nhwc(GraphValue x) => x.Transpose(0, 2, 3, 1);

    private static GraphValue Nchw(GraphValue x) => x.Transpose(0, 3, 1, 2);
}
