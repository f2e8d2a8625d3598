using System.Runtime.InteropServices;

namespace DiffusionHub.Inference.Graphs.Onnx;

/// <summary>A dimension of an input or output: a length, or a name where any length fits.</summary>
internal readonly record struct OnnxDimension(long Length, string? Name)
{
    public static implicit operator OnnxDimension(long length) => new(length, null);

    public static implicit operator OnnxDimension(string name) => new(0, name);
}

/// <summary>An attribute of a node: an integer, a number, a text, a list of integers, or a graph (its writer).</summary>
internal readonly record struct OnnxAttribute(string Name, object Value);

/// <summary>Writes the messages of an ONNX model: what <c>onnx.proto</c> calls NodeProto, TensorProto, ValueInfoProto, GraphProto and ModelProto.</summary>
internal sealed class OnnxGraphWriter
{
    public const string Microsoft = "com.microsoft";

    /// <summary>The domain of operators that the hub has itself (<see cref="Kernels.HubOperators"/>).</summary>
    public const string Hub = "hub";

    private const int IrVersion = 10;
    private const int Opset = 20;
    private const int GraphField = 7;
    private readonly ProtoWriter graph = new();

    public void Node(string name, string type, string domain, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs, ReadOnlySpan<OnnxAttribute> attributes)
    {
        var node = new ProtoWriter();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        foreach (var output in outputs)
        {
            node.Text(2, output);
        }

        node.Text(3, name);
        node.Text(4, type);
        foreach (var attribute in attributes)
        {
            node.Message(5, message => Attribute(message, attribute));
        }

        node.Text(7, domain);
        graph.Bytes(1, node.Written);
    }

    /// <summary>A constant whose bytes are in the graph.</summary>
    public void Constant<T>(string name, OnnxType type, ReadOnlySpan<T> values, ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        var tensor = Tensor(name, type, shape);
        tensor.Bytes(9, MemoryMarshal.AsBytes(values));
        graph.Bytes(5, tensor.Written);
    }

    /// <summary>A constant whose bytes lie in a file.</summary>
    public void External(string name, OnnxType type, ReadOnlySpan<long> shape, string file, long offset, long length)
    {
        var tensor = Tensor(name, type, shape);
        foreach (var (key, value) in new[] { ("location", file), ("offset", $"{offset}"), ("length", $"{length}") })
        {
            tensor.Message(13, entry =>
            {
                entry.Text(1, key);
                entry.Text(2, value);
            });
        }

        const int external = 1;
        tensor.Number(14, external);
        graph.Bytes(5, tensor.Written);
    }

    public void Input(string name, OnnxType type, OnnxDimension[] shape) => graph.Message(11, message => Value(message, name, type, shape));

    public void Output(string name, OnnxType type, OnnxDimension[] shape) => graph.Message(12, message => Value(message, name, type, shape));

    /// <summary>The shape of a value between nodes, which the runtime cannot tell itself where an operator is not its own.</summary>
    public void Shape(string name, OnnxType type, OnnxDimension[] shape) => graph.Message(13, message => Value(message, name, type, shape));

    /// <summary>The graph so far. Whatever follows another graph's bytes is part of that graph: protobuf merges messages that way.</summary>
    public ReadOnlySpan<byte> Graph => graph.Written;

    /// <summary>Goes on with the graph of a model.</summary>
    public void Append(ReadOnlySpan<byte> model)
    {
        for (var reader = new ProtoReader(model); reader.Next();)
        {
            if (reader.Field == GraphField)
            {
                graph.Raw(reader.Bytes);
            }
        }
    }

    /// <summary>A field of a graph, as it stands in another file.</summary>
    public void Copy(ReadOnlySpan<byte> field) => graph.Raw(field);

    /// <summary>A field of a graph.</summary>
    public void Message(int field, Action<ProtoWriter> write) => graph.Message(field, write);

    /// <summary>The whole model.</summary>
    public byte[] Model(string name)
    {
        graph.Text(2, name);
        var model = new ProtoWriter();
        model.Number(1, IrVersion);
        model.Text(2, "DiffusionHub");
        model.Bytes(GraphField, graph.Written);
        OperatorSet(model, "", Opset);
        OperatorSet(model, Microsoft, 1);
        OperatorSet(model, Hub, 1);
        return model.Written.ToArray();
    }

    /// <summary>The version of a domain's operators that a model means.</summary>
    public static void OperatorSet(ProtoWriter model, string domain, int version) => model.Message(8, message =>
    {
        message.Text(1, domain);
        message.Number(2, version);
    });

    private static ProtoWriter Tensor(string name, OnnxType type, ReadOnlySpan<long> shape)
    {
        var tensor = new ProtoWriter();
        foreach (var side in shape)
        {
            tensor.Number(1, side);
        }

        tensor.Number(2, (long)type);
        tensor.Text(8, name);
        return tensor;
    }

    private static void Value(ProtoWriter value, string name, OnnxType type, OnnxDimension[] shape)
    {
        value.Text(1, name);
        value.Message(2, union => union.Message(1, tensor =>
        {
            tensor.Number(1, (long)type);
            tensor.Message(2, sides =>
            {
                foreach (var side in shape)
                {
                    sides.Message(1, dimension =>
                    {
                        if (side.Name is { } text)
                        {
                            dimension.Text(2, text);
                        }
                        else
                        {
                            dimension.Number(1, side.Length);
                        }
                    });
                }
            });
        }));
    }

    private static void Attribute(ProtoWriter message, OnnxAttribute attribute)
    {
        message.Text(1, attribute.Name);
        int type;
        switch (attribute.Value)
        {
            case float number:
                message.Float(2, number);
                type = 1;
                break;
            case int or long:
                message.Number(3, Convert.ToInt64(attribute.Value));
                type = 2;
                break;
            case string text:
                message.Text(4, text);
                type = 3;
                break;
            case long[] numbers:
                foreach (var number in numbers)
                {
                    message.Number(8, number);
                }

                type = 7;
                break;
            case OnnxGraphWriter body:
                message.Message(6, content =>
                {
                    content.Raw(body.Graph);
                    content.Text(2, attribute.Name);
                });
                type = 5;
                break;
            default:
                throw new ArgumentException($"An attribute cannot be a {attribute.Value.GetType()}.", nameof(attribute));
        }

        message.Number(20, type);
    }
}
