using DiffusionHub.Inference.Graphs.Modules;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Dialects;

/// <summary>Operators that every device has.</summary>
internal class PortableKernels : IKernels
{
    public virtual GraphValue Linear(Module linear, GraphValue x, long width, bool bias)
    {
        var product = linear.Graph.MicrosoftNode("FusedMatMul", width, [x.Name, linear.Weight("weight", width, x.Width)], new OnnxAttribute("transB", 1L));
        return bias ? linear.Graph.Node("Add", width, [product.Name, linear.Weight("bias", width)]) : product;
    }

    public virtual GraphValue GroupNorm(Module norm, GraphValue x, int groups, float epsilon, bool silu)
    {
        var graph = norm.Graph;
        var ones = new float[groups];
        Array.Fill(ones, 1);
        var grouped = x.Reshape(groups, graph.Constant(0, groups, -1));
        var normal = graph.Node(
            "InstanceNormalization",
            groups,
            [grouped.Name, graph.Constant(ones, groups).Name, graph.Constant(new float[groups], groups).Name],
            new OnnxAttribute("epsilon", epsilon)).Reshape(x.Width, x.Shape());
        var scaled = graph.Node("Mul", x.Width, [normal.Name, norm.PerChannel("weight", x.Width)]);
        var result = graph.Node("Add", x.Width, [scaled.Name, norm.PerChannel("bias", x.Width)]);
        return silu ? result.Silu() : result;
    }

    public virtual GraphValue ShiftedGroupNorm(Module norm, GraphValue x, GraphValue shift, int groups, float epsilon, bool silu) =>
        GroupNorm(norm, x + shift.OverPixels(), groups, epsilon, silu);

    public virtual GraphValue Upsample(Module conv, GraphValue x) => conv.Conv(x.Doubled(), x.Width);

    public virtual GraphValue GatedGelu(Module linear, GraphValue x, long width)
    {
        var (value, gate) = linear.Graph.Halves(linear.Linear(x, width));
        return value * gate.Gelu();
    }

    public virtual GraphValue AddLinear(Module linear, GraphValue h, GraphValue x) => x + linear.Linear(h, x.Width);

    public virtual (GraphValue Sum, GraphValue Normal) AddLinearNorm(Module linear, GraphValue h, GraphValue x, Module norm, float epsilon)
    {
        var sum = AddLinear(linear, h, x);
        return (sum, norm.LayerNorm(sum, epsilon));
    }
}
