using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs;

/// <summary>A part of a model whose parameters share a beginning of their names, and the layers that PyTorch's <c>nn</c> has.</summary>
/// <param name="Graph">The graph that is being written.</param>
/// <param name="Path">Beginning of the names, such as <c>mid_block.resnets.0</c>.</param>
internal readonly record struct Module(GraphBuilder Graph, string Path)
{
    public Module this[string child] => new(Graph, Name(child));

    public Module this[string children, int index] => new(Graph, Name($"{children}.{index}"));

    /// <summary>Whether there is a parameter of that name in it.</summary>
    public bool Has(string parameter) => Graph.Weights.Has(Name(parameter));

    /// <summary>y = x·Wᵀ + b, W of shape (width, C).</summary>
    public GraphValue Linear(GraphValue x, long width, bool bias = true) => Graph.Kernels.Linear(this, x, width, bias);

    /// <summary>Convolution over pixels, padded so that the size stays but for the stride.</summary>
    public GraphValue Conv(GraphValue x, long width, int kernel = 3, int stride = 1, bool bias = true) =>
        Conv(x, width, kernel, stride, [kernel / 2, kernel / 2, kernel / 2, kernel / 2], bias);

    /// <summary>Convolution over pixels with padding of its own: top, left, bottom, right.</summary>
    public GraphValue Conv(GraphValue x, long width, int kernel, int stride, long[] padding, bool bias = true) => Graph.Node(
        "Conv",
        width,
        [x.Name, Weight("weight", width, x.Width, kernel, kernel), .. bias ? [Weight("bias", width)] : Array.Empty<string>()],
        new OnnxAttribute("kernel_shape", new long[] { kernel, kernel }),
        new OnnxAttribute("strides", new long[] { stride, stride }),
        new OnnxAttribute("pads", padding));

    /// <summary>Normalisation over groups of channels and all pixels (Wu and He 2018), activated where <paramref name="silu"/>.</summary>
    public GraphValue GroupNorm(GraphValue x, int groups, float epsilon, bool silu = false) => Graph.Kernels.GroupNorm(this, x, groups, epsilon, silu);

    /// <summary>Normalisation over the features of each token.</summary>
    public GraphValue LayerNorm(GraphValue x, float epsilon = 1e-5f) => Graph.Node(
        "LayerNormalization", x.Width, [x.Name, Weight("weight", x.Width), Weight("bias", x.Width)], new OnnxAttribute("axis", -1L), new OnnxAttribute("epsilon", epsilon));

    /// <summary>Row <c>ids[…]</c> of a table of <paramref name="rows"/> rows.</summary>
    public GraphValue Embedding(string ids, long rows, long width) => Graph.Node("Gather", width, [Weight("weight", rows, width), ids]);

    public string Weight(string parameter, params ReadOnlySpan<long> shape) => Graph.Weight(Name(parameter), shape);

    /// <summary>A matrix as 8-bit integers; null where it cannot be.</summary>
    public Int8Weight? Int8(string parameter, long rows, long columns) => Graph.Int8(Name(parameter), rows, columns);

    /// <summary>As float32, whatever the graph calculates with.</summary>
    public string ExactWeight(string parameter, long width) => Graph.Weight(Name(parameter), [width], exact: true);

    /// <summary>A parameter of one number a channel, as (C, 1, 1).</summary>
    public string PerChannel(string parameter, long width) => Graph.Weight(Name(parameter), [width], [width, 1, 1]);

    private string Name(string child) => Path.Length == 0 ? child : $"{Path}.{child}";
}
