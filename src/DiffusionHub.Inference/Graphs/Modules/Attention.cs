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
    public static GraphValue Attend(this Module m, GraphValue x, GraphValue context, long heads, bool bias = false) => m["to_out", 0].Linear(m.Mix(x, context, heads, bias), x.Width);

    /// <summary>The same without the last projection; <paramref name="exact"/>: products and softmax in float32, whatever the graph calculates with.</summary>
    public static GraphValue Mix(this Module m, GraphValue x, GraphValue context, long heads, bool bias = false, bool exact = false)
    {
        var (query, key, value) = (m["to_q"].Linear(x, x.Width, bias), m["to_k"].Linear(context, x.Width, bias), m["to_v"].Linear(context, x.Width, bias));
        return exact ? DotProduct(query.AsExact(), key.AsExact(), value.AsExact(), heads, causal: false).AsNumbers() : DotProduct(query, key, value, heads, causal: false);
    }

    /// <summary>softmax(q·kᵀ/√d)·v; when <paramref name="causal"/>, no token sees those after it.</summary>
    public static GraphValue DotProduct(GraphValue query, GraphValue key, GraphValue value, long heads, bool causal) => query.Graph.MicrosoftNode(
        "MultiHeadAttention",
        value.Width,
        [query.Name, key.Name, value.Name],
        new OnnxAttribute("num_heads", heads),
        new OnnxAttribute("unidirectional", causal ? 1L : 0L));
}
