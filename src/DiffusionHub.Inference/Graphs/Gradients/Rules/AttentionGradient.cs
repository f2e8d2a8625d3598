using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Gradients.Rules;

/// <summary>
/// Scaled dot-product attention, y = P·v with P = softmax(s·q·kᵀ). As on the way forward, the N×M matrix is never there as a whole: a loop
/// goes over a few queries at a time (Dao et al. 2022, section 3.2).
/// </summary>
internal static class AttentionGradient
{
    // Elements of P at a time: enough for the runtime's threads, little enough for the processor's caches.
    private const long Elements = 1 << 18;

    public static void MultiHead(NodeGradient at)
    {
        at.Only("unidirectional", 0L);
        if (Enumerable.Range(3, 7).Any(at.Has) || !(at.Has(1) && at.Has(2)))
        {
            throw at.Unknown("only of query, key and value, all given");
        }

        var heads = at.Node.Attribute("num_heads", 1L);
        var (graph, g, value) = (at.Graph, PerHead(at.Cotangent, heads), PerHead(at.Input(2), heads));
        var (query, key) = (PerHead(at.Input(0), heads), PerHead(at.Input(1), heads));
        var scale = Scale(at, query);

        // Σⱼ P·∂L/∂P of a query is also ⟨∂L/∂y, y⟩.
        var dots = (g * PerHead(at.Output(), heads)).Sum(-1);
        var loop = new AttentionLoop(graph, query * scale, key, value, g, dots, at.Wants(1), at.Wants(2));
        var gradients = loop.Write(Elements);
        for (var i = 0; i < 3; i++)
        {
            if (at.Wants(i))
            {
                var gradient = i == 0 ? gradients[i] * scale : gradients[i];
                at.Give(i, gradient.Permuted(0, 2, 1, 3).Reshape(0, graph.Constant(0, 0, -1)));
            }
        }
    }

    // (B, N, h·d) to (B, h, N, d).
    private static GraphValue PerHead(GraphValue x, long heads) => x.Reshape(0, x.Graph.Constant(0, 0, heads, -1)).Permuted(0, 2, 1, 3);

    // 1/√d unless the node says otherwise.
    private static GraphValue Scale(NodeGradient at, GraphValue query)
    {
        var scale = at.Node.Attribute("scale", 0f);
        var width = at.Graph.Node("Cast", 0, [query.Length(-1)], new OnnxAttribute("to", (long)OnnxType.Float));
        return scale == 0 ? width.Of("Sqrt").Of("Reciprocal") : at.Graph.Number(scale);
    }
}
