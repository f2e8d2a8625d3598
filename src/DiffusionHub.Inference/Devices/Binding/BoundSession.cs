using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference.Devices.Binding;

/// <summary>
/// A graph with tensors on its device for inputs and outputs of certain shapes, at addresses that stay. What is set stays until it is set anew: in the steps
/// of one picture, only latents and timestep are. One run at a time.
/// </summary>
public sealed class BoundSession : IDisposable
{
    private readonly Graph graph;
    private readonly IDeviceMemory memory;
    private readonly int? recording;
    private readonly OrtIoBinding binding;
    private readonly Dictionary<string, OrtValue> inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OrtValue> outputs = new(StringComparer.Ordinal);
    private readonly HashSet<string> unset = new(StringComparer.Ordinal);

    internal BoundSession(
        Graph graph, IDeviceMemory memory, int? recording, IReadOnlyList<(string Name, GraphTensor Value)> inputs, IReadOnlyList<(string Name, GraphTensor Value)> outputs)
    {
        (this.graph, this.memory, this.recording) = (graph, memory, recording);
        binding = graph.Session.CreateIoBinding();
        try
        {
            foreach (var (name, like) in inputs)
            {
                binding.BindInput(name, this.inputs[name] = Like(like));
                unset.Add(name);
            }

            foreach (var (name, like) in outputs)
            {
                binding.BindOutput(name, this.outputs[name] = Like(like));
            }
        }
        catch (OnnxRuntimeException fault)
        {
            Dispose();
            throw graph.Faulted(fault);
        }
    }

    /// <summary>Copies a value to the device, where it stays for all runs until it is set again.</summary>
    /// <exception cref="ArgumentException">There is no input of that name, or its shape or type is another.</exception>
    public void Set(string input, GraphTensor value) => Put(input, value.Value);

    /// <summary>Copies another graph's output, from device to device.</summary>
    /// <exception cref="ArgumentException">There is no such input or output, or their shapes or types differ.</exception>
    public void Set(string input, BoundSession from, string output) => Put(input, Known(from.outputs, output));

    /// <summary>Runs the graph over what is set.</summary>
    /// <exception cref="InvalidOperationException">An input was never set.</exception>
    /// <exception cref="InferenceException">The graph or the device failed.</exception>
    public void Run()
    {
        if (unset.Count > 0)
        {
            throw new InvalidOperationException($"Not set yet: {string.Join(", ", unset)}.");
        }

        GraphExecution.Run(graph, recording, options => graph.Session.RunWithBinding(options, binding));
    }

    /// <summary>Sets all inputs, runs, and gets all outputs.</summary>
    internal void Run(IReadOnlyList<(string Name, GraphTensor Value)> inputs, IReadOnlyList<(string Name, GraphTensor Value)> outputs)
    {
        foreach (var (name, value) in inputs)
        {
            Set(name, value);
        }

        Run();
        foreach (var (name, value) in outputs)
        {
            Get(name, value);
        }
    }

    /// <summary>Copies an output of the last run from the device.</summary>
    /// <exception cref="ArgumentException">There is no output of that name, or its shape or type is another.</exception>
    public void Get(string output, GraphTensor to)
    {
        var from = Known(outputs, output);
        Same(output, from, to.Value);
        memory.Copy(from, to.Value);
    }

    /// <summary>Gives the tensors back.</summary>
    public void Dispose()
    {
        binding.Dispose();
        foreach (var value in inputs.Values.Concat(outputs.Values))
        {
            value.Dispose();
        }
    }

    private void Put(string input, OrtValue value)
    {
        var to = Known(inputs, input);
        Same(input, to, value);
        memory.Copy(value, to);
        unset.Remove(input);
    }

    private OrtValue Like(GraphTensor tensor) => memory.Allocate(tensor.Value.GetTensorTypeAndShape().ElementDataType, [.. tensor.Shape]);

    private static OrtValue Known(Dictionary<string, OrtValue> values, string name) =>
        values.TryGetValue(name, out var value) ? value : throw new ArgumentException($"There is no “{name}”; there are {string.Join(", ", values.Keys)}.", nameof(name));

    private static void Same(string name, OrtValue bound, OrtValue given)
    {
        var (a, b) = (bound.GetTensorTypeAndShape(), given.GetTensorTypeAndShape());
        if (a.ElementDataType != b.ElementDataType || !a.Shape.AsSpan().SequenceEqual(b.Shape))
        {
            throw new ArgumentException($"“{name}” was bound as {a.ElementDataType} [{string.Join(", ", a.Shape)}], and is now {b.ElementDataType} [{string.Join(", ", b.Shape)}].", nameof(given));
        }
    }
}
