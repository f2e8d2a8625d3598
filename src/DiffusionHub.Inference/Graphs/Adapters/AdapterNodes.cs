using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;
using DiffusionHub.Inference.Weights.Adapters;

namespace DiffusionHub.Inference.Graphs.Adapters;

/// <summary>
/// Adapters as nodes over constants, which ONNX Runtime computes once, when it loads the graph. The constants are in the graph
/// itself: the runtime looks for weights that lie outside in one folder only, and that is the model's.
/// </summary>
internal static class AdapterNodes
{
    /// <summary>Writes Σ weight·(alpha/rank)·up·down for one parameter.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="parameter">Its name; all that is written has names that begin with it and a plus.</param>
    /// <param name="shape">Its shape in PyTorch: (O, I) or (O, I, k, k).</param>
    /// <param name="transposed">Whether the graph has a matrix as (I, O).</param>
    /// <param name="layers">What <see cref="AdapterLayers.Find"/> said.</param>
    /// <returns>Name of the sum, float32; null where nothing changes.</returns>
    public static string? Delta(OnnxGraphWriter writer, string parameter, ReadOnlySpan<long> shape, bool transposed, IReadOnlyList<AppliedLayer> layers)
    {
        string? sum = null;
        for (var i = 0; i < layers.Count; i++)
        {
            if (layers[i].Factor != 0)
            {
                var nodes = new Nodes(writer, $"{parameter}+{i}");
                var delta = Product(nodes, layers[i], shape);
                delta = transposed ? nodes.Write("Transpose", "transposed", [delta], new OnnxAttribute("perm", new long[] { 1, 0 })) : delta;
                sum = sum is null ? delta : nodes.Write("Add", "sum", [sum, delta]);
            }
        }

        return sum;
    }

    private static string Product(Nodes nodes, AppliedLayer applied, ReadOnlySpan<long> shape)
    {
        var (file, layer, factor) = applied;
        var up = nodes.Write("Mul", "scaled", [nodes.Factor("up", file, layer.Up, [layer.Up.Shape[0], layer.Up.Shape[1]]), nodes.Constant("factor", OnnxType.Float, [factor], [])]);
        var down = nodes.Factor("down", file, layer.Down, [layer.Rank, Product(layer.Down.Shape.Skip(1))]);
        var delta = layer.Middle is { } middle
            ? nodes.Write("Einsum", "product", [up, nodes.Factor("middle", file, middle, [middle.Shape[0], middle.Shape[1], Product(middle.Shape.Skip(2))]), down], new OnnxAttribute("equation", "om,mnk,ni->oik"))
            : nodes.Write("MatMul", "product", [up, down]);
        return nodes.Write("Reshape", "delta", [delta, nodes.Constant("shape", OnnxType.Int64, shape, [shape.Length])]);
    }

    private static long Product(IEnumerable<long> sides) => sides.Aggregate(1L, (product, side) => product * side);

    private sealed class Nodes(OnnxGraphWriter writer, string stem)
    {
        public string Write(string type, string name, ReadOnlySpan<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes)
        {
            var output = $"{stem}.{name}";
            writer.Node(output, type, "", inputs, [output], attributes);
            return output;
        }

        public string Constant<T>(string name, OnnxType type, ReadOnlySpan<T> values, ReadOnlySpan<long> shape)
            where T : unmanaged
        {
            writer.Constant($"{stem}.{name}", type, values, shape);
            return $"{stem}.{name}";
        }

        // A tensor of the file as float32, in the shape that it is multiplied in.
        public string Factor(string name, LoraFile file, WeightTensor tensor, long[] shape)
        {
            var type = tensor.Type.ToOnnx();
            var constant = Constant(name, type, file.Bytes(tensor), shape);
            return type == OnnxType.Float ? constant : Write("Cast", $"{name}32", [constant], new OnnxAttribute("to", (long)OnnxType.Float));
        }
    }
}
