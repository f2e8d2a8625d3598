using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Modules;

/// <summary>Pictures as tokens: patches, and one token before them for the whole picture (Dosovitskiy et al. 2021, section 3.1).</summary>
internal static class VisionTokens
{
    /// <summary>(B, C, H, W) to one token a patch, (B, H/p·W/p, <paramref name="width"/>).</summary>
    public static GraphValue Patches(this Module m, GraphValue x, long width, int patch, bool bias = true) => m.Conv(x, width, patch, patch, [0, 0, 0, 0], bias).ToTokens();

    /// <summary>(B, N, C) to (B, N + 1, C): <paramref name="first"/>, of shape (1, 1, C), comes before the tokens of each picture.</summary>
    public static GraphValue After(this GraphValue tokens, string first)
    {
        var graph = tokens.Graph;
        var shape = graph.Node("Concat", 0, [tokens.Shape(0, 1), graph.Constant(1, tokens.Width)], new OnnxAttribute("axis", 0L));
        var repeated = graph.Node("Expand", tokens.Width, [first, shape.Name]);
        return graph.Node("Concat", tokens.Width, [repeated.Name, tokens.Name], new OnnxAttribute("axis", 1L));
    }

    /// <summary>(B, N, C) to (B, C): the first token.</summary>
    public static GraphValue FirstToken(this GraphValue tokens) => tokens.Tokens(0, 1).Reshape(tokens.Width, tokens.Graph.Constant(0, tokens.Width));

    /// <summary>The tokens from <paramref name="first"/> up to, not including, <paramref name="end"/>: (B, end − first, C).</summary>
    public static GraphValue Tokens(this GraphValue tokens, long first, long end = long.MaxValue) =>
        tokens.Graph.Node("Slice", tokens.Width, [tokens.Name, tokens.Graph.Constant(first), tokens.Graph.Constant(end), tokens.Graph.Constant(1L)]);
}
