using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Gradients.Rules;

/// <summary>Parts of a tensor.</summary>
internal static class Selections
{
    private const int Starts = 1, Axes = 3, Steps = 4;

    /// <summary>A range along one or several axes: the gradient, with zeros around it.</summary>
    public static void Slice(NodeGradient at)
    {
        if (!at.Has(Axes) || (at.Has(Steps) && at.Integers(Steps).Any(step => step != 1)))
        {
            throw at.Unknown("only along given axes, without steps");
        }

        var (axes, graph) = (at.Integers(Axes), at.Graph);
        string[] before = [.. at.Integers(Starts).Select((start, i) => start >= 0 ? graph.Constant(start) : Whole("Add", at.Input(0).Length(axes[i]), graph.Constant(start)))];
        string[] after = [.. axes.Select((axis, i) => Whole("Sub", at.Input(0).Length(axis), Whole("Add", before[i], at.Cotangent.Length(axis))))];
        at.Give(0, at.Cotangent.Padded(graph.Node("Concat", 0, [.. before, .. after], new OnnxAttribute("axis", 0L)).Name, axes));

        string Whole(string type, string a, string b) => graph.Node(type, 0, [a, b]).Name;
    }

    /// <summary>Slices along an axis, by a list of their numbers; a slice that is taken several times gets the sum.</summary>
    public static void Gather(NodeGradient at)
    {
        var (axis, graph) = (at.Node.Attribute("axis", 0L), at.Graph);
        var list = graph.Constant([at.Integers(1).Length]);
        _ = axis >= 0 ? list : throw at.Unknown("its axis counts from the last");

        // Indices as (1, …, n, 1, …, 1), then repeated to the gradient's shape.
        var rank = graph.Node("Shape", 0, [at.Cotangent.WholeShape()]).Name;
        var behind = graph.Node("Sub", 0, [rank, graph.Constant(axis + 1)]).Name;
        var tail = graph.Node("Expand", 0, [graph.Constant(1L), behind]).Name;
        var shape = graph.Node("Concat", 0, axis == 0 ? [list, tail] : [graph.Constant(Ones(axis)), list, tail], new OnnxAttribute("axis", 0L)).Name;
        var indices = graph.Node("Reshape", 0, [at.Node.Inputs[1], shape]).SpreadLike(at.Cotangent);
        at.Give(0, graph.Node(
            "ScatterElements", 0, [at.Input(0).ZerosLike().Name, indices.Name, at.Cotangent.Name], new OnnxAttribute("axis", axis), new OnnxAttribute("reduction", "add")));
    }

    private static long[] Ones(long count)
    {
        var ones = new long[count];
        Array.Fill(ones, 1);
        return ones;
    }
}
