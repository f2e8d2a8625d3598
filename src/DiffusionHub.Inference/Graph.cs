using System.Globalization;
using DiffusionHub.Inference.Exported;
using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Weights.Adapters;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference;

/// <summary>
/// A loaded ONNX graph. Weights that the graph keeps outside (in a .safetensors file beside it, say) are read from there by ONNX
/// Runtime. Runs of several threads take turns on the CPU, whose cores they would else compete for.
/// </summary>
public sealed class Graph : IDisposable
{
    private readonly InferenceSession session;
    private readonly string path;

    private readonly MappedWeights? weights;
    private readonly GraphBinding? binding;

    private Graph(InferenceSession session, string path, MappedWeights? weights = null, GraphBinding? binding = null)
    {
        this.weights = weights;
        this.session = session;
        this.path = path;
        this.binding = binding;
        Inputs = Describe(session.InputMetadata, binding?.Inputs);
        Outputs = Describe(session.OutputMetadata, binding?.Outputs);
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
    public static Graph Load(WrittenGraph graph) => Load(graph, null);

    /// <summary>
    /// Loads a graph that another exporter wrote, for the CPU, under the names that the hub's own graphs have (<see cref="GraphRole"/>).
    /// Numbers are converted to the types that it has and back, and it may have a fixed number of pictures at once: callers run it as they
    /// run the hub's own. Other fixed lengths are in the shapes of its inputs.
    /// </summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="role">What it does in its pipeline.</param>
    /// <param name="adapters">What changes its weights; layers for other modules are passed over. They must stay open until this returns.</param>
    /// <param name="encoder">Which of a pipeline's text encoders it is, for the adapters: 1 or 2.</param>
    /// <exception cref="ModelFileException">
    /// The file or its weights are missing or damaged, it lacks what the role needs, it asks for what the hub cannot give, or an adapter does not fit.
    /// </exception>
    /// <exception cref="InferenceException">The runtime refuses it.</exception>
    public static Graph LoadExported(string path, GraphRole role, IReadOnlyList<Adapter>? adapters = null, int encoder = 1)
    {
        using var exported = ExportedGraph.Open(path, role, adapters ?? [], encoder);
        return Load(exported.Graph, exported.Binding);
    }

    /// <summary>Runs the graph: reads <paramref name="inputs"/>, writes <paramref name="outputs"/>, whose shapes must be those that the graph computes.</summary>
    /// <exception cref="InferenceException">A name or shape does not fit.</exception>
    public void Run(IReadOnlyList<(string Name, GraphTensor Value)> inputs, IReadOnlyList<(string Name, GraphTensor Value)> outputs)
    {
        if (binding is not null)
        {
            new BoundRun(binding, inputs, outputs).Run(Run);
            return;
        }

        Run(Names(inputs), Values(inputs), Names(outputs), Values(outputs));

        static string[] Names(IReadOnlyList<(string Name, GraphTensor Value)> tensors) => [.. tensors.Select(t => t.Name)];
        static OrtValue[] Values(IReadOnlyList<(string Name, GraphTensor Value)> tensors) => [.. tensors.Select(t => t.Value.Value)];
    }

    /// <summary>Runs several calls as one over all their samples. They must fit beside each other (<see cref="GraphCall.FitsBeside"/>).</summary>
    /// <exception cref="InferenceException">A name or shape does not fit.</exception>
    public void Run(IReadOnlyList<GraphCall> calls)
    {
        if (calls is [var one])
        {
            Run(one.Inputs, one.Outputs);
            return;
        }

        JointRun.Run(this, calls);
    }

    /// <summary>Unloads the graph.</summary>
    public void Dispose()
    {
        session.Dispose();
        weights?.Dispose();
    }

    private static Graph Load(WrittenGraph graph, GraphBinding? binding)
    {
        using var options = InferenceRuntime.CpuSession();
        var weights = new MappedWeights();
        InferenceSession? session = null;
        Graph? loaded = null;
        try
        {
            weights.Give(graph, options);
            session = new InferenceSession(graph.Model.ToArray(), options);
            weights.Settle();
            return loaded = new Graph(session, graph.Name, weights, binding);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new InferenceException(
                binding is null ? Message(InferenceTexts.NotAccepted, graph.Name, fault.Message) : Message(InferenceTexts.NotLoadable, graph.Name, new FileInfo(graph.Name).Length, fault.Message),
                fault);
        }
        finally
        {
            // Whatever went wrong: memory may have run out, or a file have been closed.
            if (loaded is null)
            {
                session?.Dispose();
                weights.Dispose();
            }
        }
    }

    private void Run(string[] inputs, OrtValue[] inputValues, string[] outputs, OrtValue[] outputValues)
    {
        var interruption = Interruption.Current;
        using var turn = InferenceRuntime.TakeTurn(interruption);
        using var options = new RunOptions();
        using var ending = interruption.UnsafeRegister(static run => ((RunOptions)run!).Terminate = true, options);
        try
        {
            session.Run(options, inputs, inputValues, outputs, outputValues);
        }
        catch (OnnxRuntimeException) when (interruption.IsCancellationRequested)
        {
            throw new OperationCanceledException(interruption);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new InferenceException(Message(InferenceTexts.NotRunnable, path, fault.Message), fault);
        }
    }

    private static Dictionary<string, TensorInfo> Describe(IReadOnlyDictionary<string, NodeMetadata> metadata, IReadOnlyDictionary<string, BoundTensor>? bound) =>
        bound?.ToDictionary(b => b.Key, b => b.Value.Info, StringComparer.Ordinal)
        ?? metadata.ToDictionary(m => m.Key, m => new TensorInfo(m.Key, m.Value.ElementType, m.Value.Dimensions), StringComparer.Ordinal);

    private static string Message(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
