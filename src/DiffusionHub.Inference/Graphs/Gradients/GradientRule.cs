namespace DiffusionHub.Inference.Graphs.Gradients;

/// <summary>Writes what a node's output gradient is for the inputs that want one.</summary>
internal delegate void GradientRule(NodeGradient at);

/// <summary>One node on the way back.</summary>
/// <param name="pass">The way back.</param>
/// <param name="node">The node.</param>
internal sealed class NodeGradient(BackwardPass pass, TapeNode node)
{
    public GraphBuilder Graph => pass.Graph;

    public TapeNode Node => node;

    /// <summary>Gradient of the output.</summary>
    public GraphValue Cotangent => OutputGradient(0) ?? throw new InvalidOperationException($"{node.Outputs[0]} has no gradient.");

    /// <summary>Gradient of an output; null where the result does not depend on it.</summary>
    public GraphValue? OutputGradient(int output) => pass.Gradient(node.Outputs[output]);

    /// <summary>Whether the node has this input.</summary>
    public bool Has(int input) => input < node.Inputs.Length && node.Inputs[input].Length > 0;

    /// <summary>Whether a gradient of this input is asked for.</summary>
    public bool Wants(int input) => Has(input) && pass.IsActive(node.Inputs[input]);

    public GraphValue Input(int input) => pass.Value(node.Inputs[input]);

    public GraphValue Output(int output = 0) => pass.Value(node.Outputs[output]);

    /// <summary>Numbers of an input, which must be constant.</summary>
    public long[] Integers(int input) => pass.Tape.Integers.TryGetValue(node.Inputs[input], out var numbers) ? numbers : throw Unknown($"input {input} is no constant");

    /// <summary>As <see cref="Integers"/>, of float32.</summary>
    public float[] Floats(int input) => pass.Tape.Floats.TryGetValue(node.Inputs[input], out var numbers) ? numbers : throw Unknown($"input {input} is no constant");

    /// <summary>Axes along which this input is known to have the length 1.</summary>
    public IReadOnlySet<long> OneAxes(int input) => pass.OneAxes(node.Inputs[input]);

    /// <summary>Adds to an input's gradient; it must have the input's shape.</summary>
    public void Give(int input, GraphValue gradient) => pass.Give(node.Inputs[input], gradient);

    /// <summary>Refuses the node unless an attribute is absent or has the only value whose gradient is known.</summary>
    public void Only<T>(string attribute, T value)
    {
        if (!Equals(node.Attribute(attribute, value), value))
        {
            throw Unknown($"{attribute} is {node.Attribute(attribute, value)}");
        }
    }

    public NotSupportedException Unknown(string why) => new($"The gradient of {node.Type} ({node.Outputs[0]}) is not known: {why}.");
}
