using DiffusionHub.Inference.Exported.Onnx;

namespace DiffusionHub.Inference.Exported;

/// <summary>
/// Which parameter of the original module a constant of an exported graph is. Exporters turn matrices around and give them names without
/// meaning (<c>onnx::MatMul_2373</c>), but name nodes by their scope (<c>/down_blocks.0/attentions.0/proj_in/MatMul</c>); older ones name
/// no scopes, but what is added to a product keeps its name (<c>…proj_in.bias</c>).
/// </summary>
internal sealed class ParameterNames(OnnxModel model)
{
    // Exporters wrap a module once, or twice.
    private const int MostWrappers = 2;
    private readonly ILookup<string, OnnxNode> users = model.Nodes.SelectMany(n => n.Inputs.Select(i => (Input: i, Node: n))).ToLookup(u => u.Input, u => u.Node, StringComparer.Ordinal);

    /// <summary>Names that the constant may have in the original, the likeliest first; with the names of modules around it, then without.</summary>
    public IEnumerable<string> Of(OnnxNode node, string constant)
    {
        foreach (var path in new[] { Scope(node.Name), Named(constant, ".weight"), AddedBias(node) })
        {
            var rest = path;
            for (var i = 0; i <= MostWrappers && rest is { Length: > 0 }; i++)
            {
                yield return rest + ".weight";
                rest = rest.Contains('.', StringComparison.Ordinal) ? rest[(rest.IndexOf('.', StringComparison.Ordinal) + 1)..] : null;
            }
        }
    }

    // The last segment is the operator's; a sequence that is a module itself is there twice: /to_out/to_out.0/MatMul.
    private static string? Scope(string name)
    {
        var segments = name.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments.Length < 2 ? null
            : string.Join('.', segments[..^1].Where((segment, i) => i + 2 >= segments.Length || !segments[i + 1].StartsWith(segment + ".", StringComparison.Ordinal)));
    }

    private static string? Named(string constant, string end) => constant.EndsWith(end, StringComparison.Ordinal) ? constant[..^end.Length] : null;

    private string? AddedBias(OnnxNode node) =>
        node.Outputs.SelectMany(o => users[o]).Where(n => n.Type == "Add").SelectMany(n => n.Inputs).Select(i => Named(i, ".bias")).FirstOrDefault(path => path is not null);
}
