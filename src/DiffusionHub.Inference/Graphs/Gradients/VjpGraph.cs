using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Gradients;

/// <summary>Gradients of graphs that the hub wrote.</summary>
public static class VjpGraph
{
    /// <summary>Name of the input that is the gradient of the output.</summary>
    public const string Cotangent = "cotangent";

    /// <summary>Name of the output that is the gradient of the input.</summary>
    public const string Vjp = "vjp";

    /// <summary>
    /// The graph together with its vector-Jacobian product: from its own inputs and <c>cotangent</c>, of the shape of <paramref name="output"/>,
    /// to its own outputs and <c>vjp</c> = Σ cotangent·∂output/∂input, of the shape of <paramref name="input"/>.
    /// </summary>
    /// <param name="graph">A graph from one of the hub's graph writers; its weights must stay open until the result is loaded.</param>
    /// <param name="input">Name of a float32 input.</param>
    /// <param name="output">Name of a float32 output.</param>
    /// <param name="checkpoints">
    /// Whether what is inside of a block is computed again on the way back instead of being kept from the way forward: less memory, for the time of
    /// another pass.
    /// </param>
    /// <exception cref="ArgumentException">The graph has no such input or output, was not written by the hub, or the output does not depend on the input.</exception>
    /// <exception cref="NotSupportedException">A node's gradient is not known.</exception>
    public static WrittenGraph Write(WrittenGraph graph, string input, string output, bool checkpoints = true)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var builder = GraphBuilder.After(graph, $"{Vjp}/");
        var tape = graph.Tape!;
        var from = tape.Inputs.GetValueOrDefault(input) ?? throw new ArgumentException($"{graph.Name} has no input {input}.", nameof(input));
        var to = tape.Outputs.GetValueOrDefault(output) ?? throw new ArgumentException($"{graph.Name} has no output {output}.", nameof(output));
        var activity = new Activity(tape, input, to.Name);
        if (activity.Nodes.Count == 0)
        {
            throw new ArgumentException($"{output} of {graph.Name} does not depend on {input}.", nameof(output));
        }

        var pass = new BackwardPass(builder, tape, activity);
        pass.Run(checkpoints ? Segments.Cut(activity) : [activity.Nodes], to.Name, builder.Input(Cotangent, OnnxType.Float, 0, to.Shape));
        builder.Output(Vjp, pass.Gradient(input)!.Value, from.Shape);
        return builder.Write();
    }
}
