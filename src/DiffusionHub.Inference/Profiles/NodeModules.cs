using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Gradients;

namespace DiffusionHub.Inference.Profiles;

/// <summary>
/// Which module of the model each node of a written graph belongs to: that of its own parameters; without any, that of the node whose result it takes first.
/// </summary>
internal sealed class NodeModules
{
    private readonly Dictionary<string, string> modules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

    public NodeModules(WrittenGraph graph)
    {
        var parameters = graph.Initializers.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var node in graph.Tape?.Nodes ?? [])
        {
            var own = Array.Find(node.Inputs, parameters.Contains) is { } parameter ? Module(parameter) : Inherited(node);
            foreach (var output in node.Outputs)
            {
                modules[output] = own;
            }

            // What a file holds shorter or turned round is still a parameter.
            if (node.Type is "Cast" or "Transpose" && parameters.Contains(node.Inputs[0]))
            {
                parameters.Add(node.Outputs[0]);
                names[node.Outputs[0]] = own;
            }
        }
    }

    /// <summary>The module of a node of the loaded graph, whose name begins with the written one's.</summary>
    public string Of(string node)
    {
        // Fused nodes have endings: Conv.12_nchwc, FusedMatMul.3/MatMulAddFusion.
        for (var length = node.Length; length > 0; length = node.AsSpan(0, length).LastIndexOfAny('_', '/'))
        {
            if (modules.TryGetValue(node[..length], out var module))
            {
                return module;
            }
        }

        return "";
    }

    private string Module(string parameter)
    {
        if (names.TryGetValue(parameter, out var known))
        {
            return known;
        }

        var plain = parameter.Split(':')[0];
        return plain.LastIndexOf('.') is > 0 and var dot ? plain[..dot] : plain;
    }

    private string Inherited(TapeNode node) => node.Inputs.Select(input => modules.GetValueOrDefault(input, "")).FirstOrDefault(module => module.Length > 0, "");
}
