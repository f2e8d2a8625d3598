using System.Globalization;
using DiffusionHub.Inference.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference;

/// <summary>
/// A loaded ONNX graph. Weights that the graph keeps outside (in a .safetensors file beside it, say) are read from there by ONNX
/// Runtime. One run at a time; different graphs may run at once.
/// </summary>
public sealed class Graph : IDisposable
{
    private readonly InferenceSession session;
    private readonly string path;

    private readonly MappedWeights? weights;

    private Graph(InferenceSession session, string path, MappedWeights? weights = null)
    {
        this.weights = weights;
        this.session = session;
        this.path = path;
        Inputs = Describe(session.InputMetadata);
        Outputs = Describe(session.OutputMetadata);
    }

    /// <summary>Declared inputs by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Inputs { get; }

    /// <summary>Declared outputs by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Outputs { get; }

    /// <summary>Loads the graph at <paramref name="path"/> for the CPU.</summary>
    /// <exception cref="InferenceException">The file or its weights are missing, damaged, or ask for an operator that is not there.</exception>
    public static Graph Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new InferenceException(Message(InferenceTexts.Missing, path));
        }

        using var options = InferenceRuntime.CpuSession();
        try
        {
            return new Graph(new InferenceSession(path, options), path);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new InferenceException(Message(InferenceTexts.NotLoadable, path, new FileInfo(path).Length, fault.Message), fault);
        }
    }

    /// <summary>Loads a graph that the hub wrote, over its weights, for the CPU. It keeps them mapped for itself: the set may be closed.</summary>
    /// <exception cref="InferenceException">The runtime refuses it.</exception>
    public static Graph Load(WrittenGraph graph)
    {
        using var options = InferenceRuntime.CpuSession();
        var weights = new MappedWeights(graph, options);
        try
        {
            var session = new InferenceSession(graph.Model.ToArray(), options);
            weights.Settle();
            return new Graph(session, graph.Name, weights);
        }
        catch (OnnxRuntimeException fault)
        {
            weights.Dispose();
            throw new InferenceException(Message(InferenceTexts.NotAccepted, graph.Name, fault.Message), fault);
        }
    }

    /// <summary>Runs the graph: reads <paramref name="inputs"/>, writes <paramref name="outputs"/>, whose shapes must be those that the graph computes.</summary>
    /// <exception cref="InferenceException">A name or shape does not fit.</exception>
    public void Run(IReadOnlyList<(string Name, GraphTensor Value)> inputs, IReadOnlyList<(string Name, GraphTensor Value)> outputs)
    {
        using var options = new RunOptions();
        try
        {
            session.Run(options, Names(inputs), Values(inputs), Names(outputs), Values(outputs));
        }
        catch (OnnxRuntimeException fault)
        {
            throw new InferenceException(Message(InferenceTexts.NotRunnable, path, fault.Message), fault);
        }

        static string[] Names(IReadOnlyList<(string Name, GraphTensor Value)> tensors) => [.. tensors.Select(t => t.Name)];
        static OrtValue[] Values(IReadOnlyList<(string Name, GraphTensor Value)> tensors) => [.. tensors.Select(t => t.Value.Value)];
    }

    /// <summary>Unloads the graph.</summary>
    public void Dispose()
    {
        session.Dispose();
        weights?.Dispose();
    }

    private static Dictionary<string, TensorInfo> Describe(IReadOnlyDictionary<string, NodeMetadata> metadata) =>
        metadata.ToDictionary(m => m.Key, m => new TensorInfo(m.Key, m.Value.ElementType, m.Value.Dimensions), StringComparer.Ordinal);

    private static string Message(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
