using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Modules;

/// <summary>Scaled dot-product attention of several heads (Vaswani et al. 2017).</summary>
internal static class Attention
{
    /// <summary>Projections as diffusers names them; <paramref name="context"/> is what is attended to.</summary>
    /// <param name="m">The layer.</param>
    /// <param name="x">(B, N, C).</param>
    /// <param name="context">(B, M, D).</param>
    /// <param name="heads">Heads.</param>
    /// <param name="bias">Whether query, key and value have a bias.</param>
    public static GraphValue Attend(this Module m, GraphValue x, GraphValue context, long heads, bool bias = false) => m["to_out", 0].Linear(
        DotProduct(m["to_q"].Linear(x, x.Width, bias), m["to_k"].Linear(context, x.Width, bias), m["to_v"].Linear(context, x.Width, bias), heads, causal: false), x.Width);

    /// <summary>softmax(q·kᵀ/√d)·v; when <paramref name="causal"/>, no token sees those after it.</summary>
    public static GraphValue DotProduct(GraphValue query, GraphValue key, GraphValue value, long heads, bool causal) => query.Graph.MicrosoftNode(
        "MultiHeadAttention",
        value.Width,
        [query.Name, key.Name, value.Name],
        new OnnxAttribute("num_heads", heads),
        new OnnxAttribute("unidirectional", causal ? 1L : 0L));
}
