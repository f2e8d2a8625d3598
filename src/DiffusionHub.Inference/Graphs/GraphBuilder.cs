using DiffusionHub.Inference.Graphs.Adapters;
using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Gradients;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs;

/// <summary>
/// Writes an ONNX graph node by node. Weights stay where they lie: an initializer is a place in the weights file, and a cast to
/// the dialect's numbers follows where the file holds others.
/// </summary>
/// <param name="name">What messages call the graph.</param>
/// <param name="weights">The parameters.</param>
/// <param name="adapters">What changes them, or null.</param>
/// <param name="dialect">What it is written for; null: the portable one.</param>
internal sealed class GraphBuilder(string name, WeightSet weights, AdapterLayers? adapters = null, GraphDialect? dialect = null)
{
    private readonly OnnxGraphWriter writer = new();
    private readonly Dictionary<string, string> written = new(StringComparer.Ordinal);
    private readonly List<Initializer> initializers = [];
    private readonly GraphTape tape = new(weights);
    private string prefix = "";
    private int count;

    /// <summary>The module that all others are in.</summary>
    public Module Root => new(this, "");

    public WeightSet Weights => weights;

    /// <summary>The numbers that it calculates with.</summary>
    public OnnxType Number { get; } = (dialect ?? GraphDialect.Portable).Number;

    /// <summary>The layers that devices have different operators for.</summary>
    public IKernels Kernels { get; } = (dialect ?? GraphDialect.Portable).Kernels;

    /// <summary>An input, float32 ones as the numbers that the graph calculates with; <paramref name="width"/> is the length of its feature axis.</summary>
    public GraphValue Input(string input, OnnxType type, long width, params OnnxDimension[] shape)
    {
        var value = ExactInput(input, type, width, shape);
        return type == OnnxType.Float ? value.AsNumbers() : value;
    }

    /// <summary>An input as it is.</summary>
    public GraphValue ExactInput(string input, OnnxType type, long width, params OnnxDimension[] shape)
    {
        writer.Input(input, type, shape);
        tape.Inputs[input] = new(input, shape);
        return new GraphValue(this, input, width);
    }

    public void Output(string output, GraphValue value, params OnnxDimension[] shape) => Output(output, OnnxType.Float, value, shape);

    public void Output(string output, OnnxType type, GraphValue value, params OnnxDimension[] shape)
    {
        if (type == OnnxType.Float && Number != OnnxType.Float)
        {
            writer.Node(output, "Cast", "", [value.Name], [output], [new OnnxAttribute("to", (long)type)]);
        }
        else
        {
            writer.Node(output, "Identity", "", [value.Name], [output], []);
        }

        writer.Output(output, type, shape);
        tape.Outputs[output] = new(value.Name, shape);
    }

    /// <summary>A node of one output; <paramref name="width"/> is the length of the output's feature axis.</summary>
    public GraphValue Node(string type, long width, ReadOnlySpan<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes) =>
        Node(type, "", width, inputs, attributes);

    /// <summary>A node of one of ONNX Runtime's own operators.</summary>
    public GraphValue MicrosoftNode(string type, long width, ReadOnlySpan<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes) =>
        Node(type, OnnxGraphWriter.Microsoft, width, inputs, attributes);

    /// <summary>A node of an operator of the hub's, whose output is a picture (B, <paramref name="width"/>, H, W).</summary>
    public GraphValue HubNode(string type, long width, ReadOnlySpan<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        var value = Node(type, OnnxGraphWriter.Hub, width, inputs, attributes);
        writer.Shape(value.Name, OnnxType.Float, [$"batch {value.Name}", width, $"height {value.Name}", $"width {value.Name}"]);
        return value;
    }

    /// <summary>A node that cuts its input into halves along the last axis.</summary>
    public (GraphValue First, GraphValue Second) Halves(GraphValue value)
    {
        var halves = Nodes("Split", "", 2, value.Width / 2, [value.Name], new("axis", -1L), new("num_outputs", 2L));
        return (halves[0], halves[1]);
    }

    /// <summary>A node of <paramref name="outputs"/> outputs.</summary>
    public IReadOnlyList<GraphValue> Nodes(string type, string domain, int outputs, long width, ReadOnlySpan<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes) =>
        Nodes(type, domain, Enumerable.Repeat(true, outputs), width, inputs, attributes);

    /// <summary>A node of several outputs, of which some are not wanted and have no name; the first is.</summary>
    public IReadOnlyList<GraphValue> Nodes(string type, string domain, IEnumerable<bool> wanted, long width, ReadOnlySpan<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        string[] names = [.. wanted.Select(output => output ? Fresh(type) : "")];
        writer.Node(names[0], type, domain, inputs, names, attributes);
        tape.Nodes.Add(new(type, domain, inputs.ToArray(), names, attributes.ToArray()));
        return [.. names.Select(output => new GraphValue(this, output, width))];
    }

    /// <summary>
    /// The parameter of that name as the graph's numbers, or as float32 where <paramref name="exact"/>; <paramref name="view"/> is the shape to see it in,
    /// where that is not its own.
    /// </summary>
    /// <exception cref="ModelFileException">It is missing or has another shape, or an adapter's change of it has.</exception>
    public string Weight(string parameter, ReadOnlySpan<long> shape, ReadOnlySpan<long> view = default, bool exact = false)
    {
        view = view.IsEmpty ? shape : view;
        var target = exact ? OnnxType.Float : Number;
        var key = view == shape ? parameter : $"{parameter}:{string.Join('x', view.ToArray())}";
        key = target == Number ? key : $"{key}:{target}";
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

        // Adapters are added in float32, whatever the sum becomes.
        var changes = adapters?.Find(parameter, shape) is { } layers ? AdapterNodes.Delta(writer, key, view, transposed: false, layers) : null;
        value = Cast(key, type, changes is null ? target : OnnxType.Float);
        value = tensor.Transposed ? Node("Transpose", 0, [value], new OnnxAttribute("perm", new long[] { 1, 0 })).Name : value;
        return written[key] = changes is null ? value : Cast(Node("Add", 0, [value, changes]).Name, OnnxType.Float, target);
    }

    /// <summary>The matrix of that name, transposed and as 8-bit integers; null where an adapter changes it or it lies in a way that is not rounded.</summary>
    /// <exception cref="ModelFileException">It is missing or has another shape.</exception>
    public Int8Weight? Int8(string parameter, long rows, long columns)
    {
        var (file, tensor) = weights.Get(parameter, [rows, columns]);
        if (file is null || tensor.Transposed || adapters?.Find(parameter, [rows, columns]) is { Count: > 0 })
        {
            return null;
        }

        var (numbers, scales) = Int8Rounding.Transposed(file, tensor);
        var name = $"{parameter}:int8";
        var length = rows * columns;
        writer.External(name, OnnxType.Int8, [columns, rows], file.Name, 0, length);
        initializers.Add(new Initializer(name, OnnxType.Int8, [columns, rows], numbers, 0, length));
        return new Int8Weight(name, ExactConstant(scales, scales.Length).Name);
    }

    /// <summary>Numbers of the graph's type.</summary>
    public GraphValue Constant(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) => ExactConstant(values, shape).AsNumbers();

    /// <summary>Numbers of float32.</summary>
    public GraphValue ExactConstant(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        var constant = Fresh("floats");
        writer.Constant(constant, OnnxType.Float, values, shape);
        tape.Floats[constant] = values.ToArray();
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
            tape.Integers[constant] = values.ToArray();
        }

        return constant;
    }

    /// <summary>The graph as ONNX Runtime reads it.</summary>
    /// <exception cref="ModelFileException">An adapter changes a layer that the graph does not have.</exception>
    public WrittenGraph Write()
    {
        adapters?.CheckAllFound();
        return new(name, writer.Model(name), initializers, tape: tape);
    }

    /// <summary>A builder that adds to a graph that is written. Its values have the names that its tape says, new ones begin with <paramref name="prefix"/>.</summary>
    /// <exception cref="ArgumentException">The graph was not written by a builder.</exception>
    public static GraphBuilder After(WrittenGraph graph, string prefix)
    {
        var tape = graph.Tape ?? throw new ArgumentException($"{graph.Name} was not written by the hub.", nameof(graph));
        var builder = new GraphBuilder(graph.Name, tape.Weights) { prefix = prefix };
        builder.writer.Append(graph.Model.Span);
        builder.initializers.AddRange(graph.Initializers);
        return builder;
    }

    /// <summary>A builder for the body of a loop in this graph, whose values it may use.</summary>
    public GraphBuilder Body() => new(name, weights) { prefix = Fresh("Body") + "/" };

    /// <summary>What <paramref name="body"/> wrote, as the attribute of its loop.</summary>
    public static OnnxAttribute BodyOf(GraphBuilder body) => new("body", body.writer);

    /// <summary>A name that no other value has.</summary>
    public string Fresh(string kind) => $"{prefix}{kind}.{count++}";

    private string Cast(string value, OnnxType from, OnnxType to) => from == to ? value : Node("Cast", 0, [value], new OnnxAttribute("to", (long)to)).Name;

    private GraphValue Node(string type, string domain, long width, ReadOnlySpan<string> inputs, ReadOnlySpan<OnnxAttribute> attributes) =>
        Nodes(type, domain, 1, width, inputs, attributes)[0];
}
