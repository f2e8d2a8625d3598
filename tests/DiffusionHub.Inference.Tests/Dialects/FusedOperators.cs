using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Tests.Dialects;

/// <summary>
/// What ONNX Runtime's ContribOperators.md says that its operators for NVIDIA GPUs compute, as functions of standard operators: with these in the model, the
/// processor runs a graph that is written for a GPU. They live under another name, since the runtime lets nobody explain its own operators.
/// </summary>
internal static class FusedOperators
{
    public const string Domain = "explained";

    private static readonly string[] Types = ["GroupNorm", "SkipGroupNorm", "BiasSplitGelu", "BiasAdd"];

    /// <summary>The graph with those operators explained.</summary>
    public static WrittenGraph Explained(WrittenGraph graph)
    {
        var model = new ProtoWriter();
        for (var reader = new ProtoReader(graph.Model.Span); reader.Next();)
        {
            if (reader.Field == 7)
            {
                model.Bytes(7, Renamed(reader.Message));
            }
            else
            {
                model.Raw(reader.Whole);
            }
        }

        OnnxGraphWriter.OperatorSet(model, Domain, 1);
        Function(model, "GroupNorm", ["X", "gamma", "beta"], body => Normalised(body, "X"));
        Function(model, "SkipGroupNorm", ["X", "gamma", "beta", "skip"], body =>
        {
            body.Constant("spread", [0, 1, 1, -1]);
            body.Node("Reshape", ["skip", "spread"], "skip4");
            body.Node("Add", ["X", "skip4"], "S");
            Normalised(body, "S");
        });
        Function(model, "BiasSplitGelu", ["X", "bias"], body =>
        {
            body.Node("Add", ["X", "bias"], "sum");
            body.Node("Split", ["sum"], ["left", "right"], new OnnxAttribute("axis", -1L), new OnnxAttribute("num_outputs", 2L));
            body.Node("Cast", ["left"], "left32", new OnnxAttribute("to", 1L));
            body.Node("Cast", ["right"], "right32", new OnnxAttribute("to", 1L));
            body.Node("Gelu", ["right32"], "gelu");
            body.Node("Mul", ["left32", "gelu"], "product");
            body.Node("CastLike", ["product", "X"], "Y");
        });
        Function(model, "BiasAdd", ["X", "bias", "skip"], body =>
        {
            body.Node("Add", ["X", "bias"], "sum");
            body.Node("Add", ["sum", "skip"], "Y");
        });
        return new WrittenGraph(graph.Name, model.Written.ToArray(), graph.Initializers);
    }

    // y = gamma·(x − mean)/√(variance + epsilon) + beta over the pixels and channels of a group, of pictures with channels last; then y·sigmoid(y).
    private static void Normalised(FunctionBody body, string x)
    {
        body.Node("Cast", [x], "x32", new OnnxAttribute("to", 1L));
        // (N, H, W, C) to (N, H·W, G, C/G).
        body.Reference("groups", 2, "count");
        body.Constant("one", [1]);
        body.Node("Reshape", ["count", "one"], "count1");
        body.Node("Shape", [x], "width", new OnnxAttribute("start", 3L));
        body.Node("Div", ["width", "count1"], "each");
        body.Constant("same", [0]);
        body.Constant("rest", [-1]);
        body.Node("Concat", ["same", "rest", "count1", "each"], "parted", new OnnxAttribute("axis", 0L));
        body.Node("Reshape", ["x32", "parted"], "grouped");
        body.Constant("over", [1, 3]);
        body.Node("ReduceMean", ["grouped", "over"], "mean");
        body.Node("Sub", ["grouped", "mean"], "centred");
        body.Node("Mul", ["centred", "centred"], "squares");
        body.Node("ReduceMean", ["squares", "over"], "variance");
        body.Reference("epsilon", 1, "small");
        body.Node("Add", ["variance", "small"], "above");
        body.Node("Sqrt", ["above"], "deviation");
        body.Node("Div", ["centred", "deviation"], "normal");
        body.Node("Shape", [x], "whole");
        body.Node("Reshape", ["normal", "whole"], "back");
        body.Node("Mul", ["back", "gamma"], "scaled");
        body.Node("Add", ["scaled", "beta"], "shifted");
        body.Node("Sigmoid", ["shifted"], "gate");
        body.Node("Mul", ["shifted", "gate"], "active");
        body.Reference("activation", 2, "flag");
        body.Node("Cast", ["flag"], "wanted", new OnnxAttribute("to", 9L));
        body.Node("Where", ["wanted", "active", "shifted"], "result");
        body.Node("CastLike", ["result", "X"], "Y");
    }

    private static ReadOnlySpan<byte> Renamed(ProtoReader graph)
    {
        var renamed = new ProtoWriter();
        while (graph.Next())
        {
            if (graph.Field == 1)
            {
                renamed.Bytes(1, Node(graph.Message));
            }
            else
            {
                renamed.Raw(graph.Whole);
            }
        }

        return renamed.Written;
    }

    private static ReadOnlySpan<byte> Node(ProtoReader node)
    {
        var (written, type) = (new ProtoWriter(), "");
        while (node.Next())
        {
            type = node.Field == 4 ? node.Text : type;
            if (node.Field == 7 && Types.Contains(type))
            {
                written.Text(7, Domain);
            }
            else
            {
                written.Raw(node.Whole);
            }
        }

        return written.Written;
    }

    private static void Function(ProtoWriter model, string name, string[] inputs, Action<FunctionBody> write) => model.Message(25, function =>
    {
        function.Text(1, name);
        Array.ForEach(inputs, input => function.Text(4, input));
        function.Text(5, "Y");
        if (name.EndsWith("GroupNorm", StringComparison.Ordinal))
        {
            Array.ForEach(["groups", "epsilon", "activation", "channels_last"], attribute => function.Text(6, attribute));
        }

        write(new FunctionBody(function));
        function.Message(9, set => set.Number(2, 20));
        function.Text(10, Domain);
    });

    private sealed class FunctionBody(ProtoWriter function)
    {
        public void Node(string type, string[] inputs, string output, params OnnxAttribute[] attributes) => Node(type, inputs, [output], attributes);

        public void Node(string type, string[] inputs, string[] outputs, params OnnxAttribute[] attributes)
        {
            var graph = new OnnxGraphWriter();
            graph.Node(outputs[0], type, "", inputs, outputs, attributes);
            var reader = new ProtoReader(graph.Graph);
            reader.Next();
            function.Bytes(7, reader.Bytes);
        }

        public void Constant(string name, long[] values) => Node("Constant", [], name, new OnnxAttribute("value_ints", values));

        // A number that the node has as an attribute: its type is 1 for a float, 2 for a whole number.
        public void Reference(string attribute, int type, string output) => function.Message(7, node =>
        {
            node.Text(2, output);
            node.Text(4, "Constant");
            node.Message(5, value =>
            {
                value.Text(1, type == 1 ? "value_float" : "value_int");
                value.Text(21, attribute);
                value.Number(20, type);
            });
        });
    }
}
