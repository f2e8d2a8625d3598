using DiffusionHub.Inference.Graphs.Adapters;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs;

/// <summary>
/// Writes an ONNX graph node by node. Weights stay where they lie: an initializer is a place in the weights file, and a cast to
/// float32 follows where the file holds something shorter.
/// </summary>
/// <param name="name">What messages call the graph.</param>
/// <param name="weights">The parameters.</param>
/// <param name="adapters">What changes them, or null.</param>
internal sealed class GraphBuilder(string name, WeightSet weights, AdapterLayers? adapters = null)
{
    private readonly OnnxGraphWriter writer = new();
    private readonly Dictionary<string, string> written = new(StringComparer.Ordinal);
    private readonly List<Initializer> initializers = [];
    private int count;

    /// <summary>The module that all others are in.</summary>
    public Module Root => new(this, "");

    public WeightSet Weights => weights;

    /// <summary>An input; <paramref name="width"/> is the length of its feature axis.</summary>
    public GraphValue Input(string input, OnnxType type, long width, params OnnxDimension[] shape)
    {
        writer.Input(input, type, shape);
        return new GraphValue(this, input, width);
    }

    public void Output(string output, GraphValue value, params OnnxDimension[] shape)
    {
        writer.Node(output, "Identity", "", [value.Name], [output], []);
        writer.Output(output, OnnxType.Float, shape);
    }

    /// <summary>A node of one output; <paramref name="width"/> is the length of the output's feature axis.</summary>
    public GraphValue Node(string type, long width, ReadOnlySpan<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes) =>
        Node(type, "", width, inputs, attributes);

    /// <summary>A node of one of ONNX Runtime's own operators.</summary>
    public GraphValue MicrosoftNode(string type, long width, ReadOnlySpan<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes) =>
        Node(type, OnnxGraphWriter.Microsoft, width, inputs, attributes);

    /// <summary>A node that cuts its input into halves along the last axis.</summary>
    public (GraphValue First, GraphValue Second) Halves(GraphValue value)
    {
        var (first, second) = (Fresh("Split"), Fresh("Split"));
        writer.Node(first, "Split", "", [value.Name], [first, second], [new("axis", -1L), new("num_outputs", 2L)]);
        return (new(this, first, value.Width / 2), new(this, second, value.Width / 2));
    }

    /// <summary>The parameter of that name as float32; <paramref name="view"/> is the shape to see it in, where that is not its own.</summary>
    /// <exception cref="ModelFileException">It is missing or has another shape, or an adapter's change of it has.</exception>
    public string Weight(string parameter, ReadOnlySpan<long> shape, ReadOnlySpan<long> view = default)
    {
        view = view.IsEmpty ? shape : view;
        var key = view == shape ? parameter : $"{parameter}:{string.Join('x', view.ToArray())}";
        if (written.TryGetValue(key, out var value))
        {
            return value;
        }

        var (file, tensor) = weights.Get(parameter, shape);
        var type = tensor.Type.ToOnnx();
        long[] stored = tensor.Transposed ? [view[1], view[0]] : view.ToArray();
        writer.External(key, type, stored, file?.Name ?? "", tensor.Offset, tensor.Length);
        if (file is not null)
        {
            initializers.Add(new Initializer(key, type, stored, file, tensor.Offset, tensor.Length));
        }

        value = type == OnnxType.Float ? key : Node("Cast", 0, [key], new OnnxAttribute("to", (long)OnnxType.Float)).Name;
        value = tensor.Transposed ? Node("Transpose", 0, [value], new OnnxAttribute("perm", new long[] { 1, 0 })).Name : value;
        return written[key] = adapters?.Find(parameter, shape) is { } changes && AdapterNodes.Delta(writer, key, view, transposed: false, changes) is { } delta
            ? Node("Add", 0, [value, delta]).Name
            : value;
    }

    public GraphValue Constant(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        var constant = Fresh("floats");
        writer.Constant(constant, OnnxType.Float, values, shape);
        return new GraphValue(this, constant, shape.IsEmpty ? 1 : shape[^1]);
    }

    /// <summary>A list of whole numbers: a shape, axes.</summary>
    public string Constant(params ReadOnlySpan<long> values)
    {
        var key = $"[{string.Join(',', values.ToArray())}]";
        if (!written.TryGetValue(key, out var constant))
        {
            written[key] = constant = Fresh("integers");
            writer.Constant(constant, OnnxType.Int64, values, [values.Length]);
        }

        return constant;
    }

    /// <summary>The graph as ONNX Runtime reads it.</summary>
    /// <exception cref="ModelFileException">An adapter changes a layer that the graph does not have.</exception>
    public WrittenGraph Write()
    {
        adapters?.CheckAllFound();
        return new(name, writer.Model(name), initializers);
    }

    private GraphValue Node(string type, string domain, long width, ReadOnlySpan<string> inputs, ReadOnlySpan<OnnxAttribute> attributes)
    {
        var output = Fresh(type);
        writer.Node(output, type, domain, inputs, [output], attributes);
        return new GraphValue(this, output, width);
    }

    private string Fresh(string kind) => $"{kind}.{count++}";
}
