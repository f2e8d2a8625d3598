using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Exported.Onnx;

/// <summary>
/// Reads a GraphProto of <c>onnx.proto</c>: what the hub needs is kept, what only ONNX Runtime needs is passed over, but constants in it
/// (of branches and loops, say) are held against the files as well.
/// </summary>
/// <param name="tensors">Reads constants.</param>
internal sealed class OnnxGraphReader(OnnxTensorReader tensors)
{
    private const int DeepestGraph = 8;
    private readonly PartCount parts = new();

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
                    parts.Add();
                    var tensor = tensors.Read(graph.Message, new OnnxPlace(graph.Place, graph.Bytes.Length));
                    Initializers[tensor.Name] = Initializers.ContainsKey(tensor.Name) ? throw new InvalidDataException(string.Format(null, ExportedTexts.Twice, tensor.Name)) : tensor;
                    break;
                case 11:
                    Inputs.Add(OnnxValueReader.Read(graph.Message, parts));
                    break;
                case 12:
                    Outputs.Add(OnnxValueReader.Read(graph.Message, parts));
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
        parts.Add();
        List<string> inputs = [], outputs = [];
        List<OnnxNumber> numbers = [];
        var (name, type, domain) = ("", "", "");
        while (node.Next())
        {
            switch (node.Field)
            {
                case 1:
                    parts.Add();
                    inputs.Add(node.Text);
                    break;
                case 2:
                    parts.Add();
                    outputs.Add(node.Text);
                    break;
                case 3:
                    name = node.Text;
                    break;
                case 4:
                    type = node.Text;
                    break;
                case 5:
                    Attribute(node.Message, depth, numbers);
                    break;
                case 7:
                    domain = node.Text;
                    break;
            }
        }

        return new OnnxNode(name, type, domain == "ai.onnx" ? "" : domain, inputs, outputs, numbers, place);
    }

    private void Attribute(ProtoReader attribute, int depth, List<OnnxNumber> numbers)
    {
        var (name, number, whole) = ("", (float?)null, (long?)null);
        while (attribute.Next())
        {
            switch (attribute.Field)
            {
                case 1:
                    name = attribute.Text;
                    break;
                case 2:
                    number = attribute.Float;
                    break;
                case 3:
                    whole = attribute.Number;
                    break;
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

        if (number is not null || whole is not null)
        {
            parts.Add();
            numbers.Add(new OnnxNumber(name, number, whole));
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

    private void Inner(OnnxNode node) => InnerOperators.Add((node.Domain, node.Type));
}
