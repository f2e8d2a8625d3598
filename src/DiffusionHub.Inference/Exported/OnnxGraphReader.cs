using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Exported;

/// <summary>
/// Reads a GraphProto of <c>onnx.proto</c>: what the hub needs is kept, what only ONNX Runtime needs is passed over, but constants in it
/// (of branches and loops, say) are held against the files as well.
/// </summary>
/// <param name="tensors">Reads constants.</param>
internal sealed class OnnxGraphReader(OnnxTensorReader tensors)
{
    // Far beyond any model of these families (the largest have some 20,000 nodes), and small enough to be kept in memory.
    private const int MostParts = 400_000;
    private const int DeepestGraph = 8;
    private int parts;

    public List<OnnxValue> Inputs { get; } = [];

    public List<OnnxValue> Outputs { get; } = [];

    public List<OnnxNode> Nodes { get; } = [];

    public Dictionary<string, OnnxTensor> Initializers { get; } = new(StringComparer.Ordinal);

    /// <summary>Operators of graphs and functions inside the graph.</summary>
    public HashSet<(string Domain, string Type)> InnerOperators { get; } = [];

    public void Read(ProtoReader graph)
    {
        while (graph.Next())
        {
            switch (graph.Field)
            {
                case 1:
                    Nodes.Add(Node(graph.Message, new OnnxPlace(graph.Place, graph.Bytes.Length), 0));
                    break;
                case 5:
                    Count();
                    var tensor = tensors.Read(graph.Message, new OnnxPlace(graph.Place, graph.Bytes.Length));
                    Initializers[tensor.Name] = Initializers.ContainsKey(tensor.Name) ? throw new InvalidDataException(string.Format(null, ExportedTexts.Twice, tensor.Name)) : tensor;
                    break;
                case 11:
                    Inputs.Add(Value(graph.Message));
                    break;
                case 12:
                    Outputs.Add(Value(graph.Message));
                    break;
                case 15:
                    throw new InvalidDataException(ExportedTexts.Sparse);
            }
        }
    }

    /// <summary>A function that nodes call: its operators and constants.</summary>
    public (string Domain, string Name) Function(ProtoReader function)
    {
        var (name, domain) = ("", "");
        while (function.Next())
        {
            switch (function.Field)
            {
                case 1:
                    name = function.Text;
                    break;
                case 7:
                    Inner(Node(function.Message, default, 0));
                    break;
                case 10:
                    domain = function.Text;
                    break;
            }
        }

        return (domain, name);
    }

    private OnnxNode Node(ProtoReader node, OnnxPlace place, int depth)
    {
        Count();
        List<string> inputs = [], outputs = [];
        var (name, type, domain) = ("", "", "");
        while (node.Next())
        {
            switch (node.Field)
            {
                case 1:
                    Count();
                    inputs.Add(node.Text);
                    break;
                case 2:
                    Count();
                    outputs.Add(node.Text);
                    break;
                case 3:
                    name = node.Text;
                    break;
                case 4:
                    type = node.Text;
                    break;
                case 5:
                    Attribute(node.Message, depth);
                    break;
                case 7:
                    domain = node.Text;
                    break;
            }
        }

        return new OnnxNode(name, type, domain == "ai.onnx" ? "" : domain, inputs, outputs, place);
    }

    private void Attribute(ProtoReader attribute, int depth)
    {
        while (attribute.Next())
        {
            switch (attribute.Field)
            {
                case 5 or 10:
                    tensors.Read(attribute.Message, default);
                    break;
                case 6 or 11:
                    InnerGraph(attribute.Message, depth < DeepestGraph ? depth + 1 : throw new InvalidDataException(string.Format(null, ExportedTexts.Deep, DeepestGraph)));
                    break;
                case 22 or 23:
                    throw new InvalidDataException(ExportedTexts.Sparse);
            }
        }
    }

    private void InnerGraph(ProtoReader graph, int depth)
    {
        while (graph.Next())
        {
            switch (graph.Field)
            {
                case 1:
                    Inner(Node(graph.Message, default, depth));
                    break;
                case 5:
                    tensors.Read(graph.Message, default);
                    break;
                case 15:
                    throw new InvalidDataException(ExportedTexts.Sparse);
            }
        }
    }

    private OnnxValue Value(ProtoReader value)
    {
        Count();
        var name = "";
        OnnxType? type = null;
        List<OnnxDimension>? shape = null;
        while (value.Next())
        {
            switch (value.Field)
            {
                case 1:
                    name = value.Text;
                    break;
                case 2:
                    (type, shape) = TensorType(value.Message);
                    break;
            }
        }

        return new OnnxValue(name, type, shape);
    }

    private (OnnxType? Type, List<OnnxDimension>? Shape) TensorType(ProtoReader union)
    {
        OnnxType? type = null;
        List<OnnxDimension>? shape = null;
        while (union.Next())
        {
            // Only tensors (1) have what is of use; sequences, maps and optional values stay unknown.
            for (var tensor = union.Field == 1 ? union.Message : default; tensor.Next();)
            {
                if (tensor.Field == 1)
                {
                    type = (OnnxType)tensor.Number;
                }
                else if (tensor.Field == 2)
                {
                    shape = Shape(tensor.Message);
                }
            }
        }

        return (type, shape);
    }

    private List<OnnxDimension> Shape(ProtoReader shape)
    {
        var sides = new List<OnnxDimension>(4);
        while (shape.Next())
        {
            if (shape.Field == 1)
            {
                Count();
                OnnxDimension side = "";
                for (var dimension = shape.Message; dimension.Next();)
                {
                    side = dimension.Field == 1 ? dimension.Number : dimension.Field == 2 ? dimension.Text : side;
                }

                sides.Add(side);
            }
        }

        return sides;
    }

    private void Inner(OnnxNode node) => InnerOperators.Add((node.Domain, node.Type));

    private void Count() => parts = parts < MostParts ? parts + 1 : throw new InvalidDataException(string.Format(null, ExportedTexts.TooMany, MostParts));
}
