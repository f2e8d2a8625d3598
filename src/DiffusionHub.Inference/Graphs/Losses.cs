using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs;

/// <summary>What is to be small about a network's answer, as nodes of its graph: a gradient of it leads a picture.</summary>
internal static class Losses
{
    public const string Output = "loss";
    public const string Target = "target";

    /// <summary>
    /// The outputs of a classifier: <c>logits</c> (B, K), and <c>loss</c> (B, 1), the cross-entropy −log softmax(logits) at the class where the input
    /// <c>target</c> (B, K) is 1.
    /// </summary>
    public static void Classify(this GraphBuilder graph, GraphValue logits, int classes)
    {
        var target = graph.Input(Target, OnnxType.Float, classes, "batch", classes);
        graph.Output("logits", logits, "batch", classes);
        var chosen = graph.Node("LogSoftmax", classes, [logits.Name], new OnnxAttribute("axis", -1L)) * target;
        graph.Output(Output, graph.Node("ReduceSum", 1, [chosen.Name, graph.Constant(-1L)]).Of("Neg"), "batch", 1);
    }

    /// <summary>
    /// 2·arcsin²(‖a − b‖/2), half the square of the angle between a and b, where a is the normalised vector and b the input <c>target</c> (B, P),
    /// normalised already (CLIP-guided diffusion; DOODL, Wallace et al. 2023).
    /// </summary>
    public static void MeasureAngle(this GraphBuilder graph, GraphValue vector)
    {
        var target = graph.Input(Target, OnnxType.Float, vector.Width, "batch", vector.Width);
        var apart = graph.Node("Sub", vector.Width, [vector.Normalised().Name, target.Name]);
        var half = (Length(apart) * graph.Constant([0.5f])).Of("Asin");
        graph.Output(Output, half * half * graph.Constant([2f]), "batch", 1);
    }

    /// <summary>Of length 1.</summary>
    public static GraphValue Normalised(this GraphValue vector) => vector.Graph.Node("Div", vector.Width, [vector.Name, Length(vector).Name]);

    private static GraphValue Length(GraphValue vector) => vector.Graph.Node("ReduceL2", 1, [vector.Name, vector.Graph.Constant(-1L)]);
}
