using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Gradients.Rules;

/// <summary>Other shapes and orders of the same elements.</summary>
internal static class Shapes
{
    public static void Identity(NodeGradient at) => at.Give(0, at.Cotangent);

    public static void Reshape(NodeGradient at) => at.Give(0, at.Cotangent.Like(at.Input(0)));

    public static void Transpose(NodeGradient at)
    {
        var axes = at.Node.Attribute<long[]>("perm", []);
        var inverse = new long[axes.Length];
        for (var i = 0; i < axes.Length; i++)
        {
            inverse[axes[i]] = i;
        }

        at.Give(0, at.Cotangent.Permuted(inverse));
    }

    // All parts in one node: parts cut out one by one would keep the whole until the last of them is asked for.
    public static void Concat(NodeGradient at)
    {
        var axis = at.Node.Attribute("axis", 0L);
        var count = at.Node.Inputs.Length;
        var lengths = at.Graph.Node("Concat", 0, [.. Enumerable.Range(0, count).Select(i => at.Input(i).Length(axis))], new OnnxAttribute("axis", 0L));
        var parts = at.Graph.Nodes("Split", "", count, 0, [at.Cotangent.Name, lengths.Name], new OnnxAttribute("axis", axis));
        for (var i = 0; i < count; i++)
        {
            if (at.Wants(i))
            {
                at.Give(i, parts[i]);
            }
        }
    }

    public static void Split(NodeGradient at)
    {
        var parts = at.Node.Outputs.Select((_, i) => at.OutputGradient(i) ?? at.Output(i).ZerosLike());
        at.Give(0, at.Graph.Node("Concat", 0, [.. parts.Select(part => part.Name)], new OnnxAttribute("axis", at.Node.Attribute("axis", 0L))));
    }

    // Repeated along axes of length 1 that a reduction left.
    public static void Expand(NodeGradient at)
    {
        var axes = at.OneAxes(0);
        at.Give(0, axes.Count > 0 ? at.Cotangent.Sum([.. axes.Order()]) : throw at.Unknown("which axes are repeated is not known"));
    }
}
