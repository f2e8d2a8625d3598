using System.Globalization;
using DiffusionHub.Inference.Devices;
using DiffusionHub.Inference.Devices.Binding;
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
    // Batches and sizes that alternate, each with its scratch on the device.
    private const int KeptShapes = 8;
    private const int MostRecordings = 64;

    private readonly InferenceSession session;
    private readonly string path;
    private readonly Lazy<IDeviceMemory> memory;
    private readonly BoundSessions<BoundSession> bound = new(KeptShapes);
    private readonly Recordings? recordings;

    private readonly MappedWeights? weights;
    private readonly GraphBinding? binding;

    private Graph(InferenceSession session, string path, Device device, MappedWeights? weights = null, GraphBinding? binding = null, bool records = false)
    {
        Device = device;
        recordings = records ? new Recordings(MostRecordings) : null;
        memory = new(() => device.Kind == DeviceKind.Cuda ? new CudaMemory(session, device) : new HostMemory());
        this.weights = weights;
        this.session = session;
        this.path = path;
        this.binding = binding;
        Inputs = Describe(session.InputMetadata, binding?.Inputs);
        Outputs = Describe(session.OutputMetadata, binding?.Outputs);
    }

    /// <summary>Where it computes.</summary>
    public Device Device { get; }

    /// <summary>Whether its bound runs are recorded and replayed (<see cref="Devices.Cuda.CudaSettings.Replay"/>).</summary>
    public bool Replays => recordings is not null;

    /// <summary>Whether it gives an NVIDIA GPU memory back after each run that it kept for the next one. Where runs are replayed it cannot.</summary>
    public bool ReleasesScratch { get; set; }

    /// <summary>Declared inputs by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Inputs { get; }

    /// <summary>Declared outputs by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Outputs { get; }

    /// <summary>Loads the graph at <paramref name="path"/>.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="device">Where to; null: the process's device (<see cref="InferenceRuntime.Device"/>).</param>
    /// <exception cref="InferenceException">The file or its weights are missing, damaged, or ask for an operator that is not there.</exception>
    public static Graph Load(string path, Device? device = null)
    {
        if (!File.Exists(path))
        {
            throw new InferenceException(Message(InferenceTexts.Missing, path));
        }

        device ??= InferenceRuntime.Device;
        using var options = InferenceRuntime.Session(device);
        try
        {
            return new Graph(new InferenceSession(path, options), path, device);
        }
        catch (OnnxRuntimeException fault)
        {
            throw DeviceFault(device, path, fault) ?? new InferenceException(Message(InferenceTexts.NotLoadable, path, new FileInfo(path).Length, fault.Message), fault);
        }
    }

    /// <summary>Loads a graph that the hub wrote, over its weights. It keeps them mapped for itself: the set may be closed.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="device">Where to; null: the process's device (<see cref="InferenceRuntime.Device"/>).</param>
    /// <exception cref="InferenceException">The runtime refuses it.</exception>
    public static Graph Load(WrittenGraph graph, Device? device = null) => Load(graph, null, device);

    /// <summary>
    /// Loads a graph that another exporter wrote, under the names that the hub's own graphs have (<see cref="GraphRole"/>).
    /// Numbers are converted to the types that it has and back, and it may have a fixed number of pictures at once: callers run it as they
    /// run the hub's own. Other fixed lengths are in the shapes of its inputs.
    /// </summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="role">What it does in its pipeline.</param>
    /// <param name="adapters">What changes its weights; layers for other modules are passed over. They must stay open until this returns.</param>
    /// <param name="encoder">Which of a pipeline's text encoders it is, for the adapters: 1 or 2.</param>
    /// <param name="device">Where to; null: the process's device (<see cref="InferenceRuntime.Device"/>).</param>
    /// <exception cref="ModelFileException">
    /// The file or its weights are missing or damaged, it lacks what the role needs, it asks for what the hub cannot give, or an adapter does not fit.
    /// </exception>
    /// <exception cref="InferenceException">The runtime refuses it.</exception>
    public static Graph LoadExported(string path, GraphRole role, IReadOnlyList<Adapter>? adapters = null, int encoder = 1, Device? device = null)
    {
        if (InferenceRuntime.Precision == Precision.Int8)
        {
            throw new InferenceException(Message(InferenceTexts.Int8Exported, path));
        }

        using var exported = ExportedGraph.Open(path, role, adapters ?? [], encoder, device ?? InferenceRuntime.Device);
        return Load(exported.Graph, exported.Binding, device);
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

        if (Device.Kind == DeviceKind.Cuda)
        {
            RunBound(inputs, outputs);
            return;
        }

        Run(Names(inputs), Values(inputs), Names(outputs), Values(outputs));

        static string[] Names(IReadOnlyList<(string Name, GraphTensor Value)> tensors) => [.. tensors.Select(t => t.Name)];
        static OrtValue[] Values(IReadOnlyList<(string Name, GraphTensor Value)> tensors) => [.. tensors.Select(t => t.Value.Value)];
    }

    /// <summary>Binds tensors on the device like these, for many runs of these shapes. It must be disposed before the graph.</summary>
    /// <exception cref="InferenceException">The graph has no such input or output, or the device's memory is full.</exception>
    public BoundSession Bind(IReadOnlyList<(string Name, GraphTensor Value)> inputs, IReadOnlyList<(string Name, GraphTensor Value)> outputs) =>
        new(this, memory.Value, recordings?.Next(), inputs, outputs);

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
        bound.Dispose();
        if (memory.IsValueCreated)
        {
            memory.Value.Dispose();
        }

        session.Dispose();
        weights?.Dispose();
        // The allocator would keep it for a model like this one, which may never come.
        NativeMemory.ReleaseScratch();
    }

    private static Graph Load(WrittenGraph graph, GraphBinding? binding, Device? device)
    {
        device ??= InferenceRuntime.Device;
        Operators.Check(graph, device);
        var records = device.Kind == DeviceKind.Cuda && InferenceRuntime.Cuda.Replay;
        try
        {
            return Load(graph, binding, device, records);
        }
        catch (InferenceException fault) when (records && RuntimeFaults.IsNotRecordable(fault))
        {
            // Some node of it needs the processor: a text encoder's, say. Then it runs without.
            return Load(graph, binding, device, records: false);
        }
    }

    private static Graph Load(WrittenGraph graph, GraphBinding? binding, Device device, bool records)
    {
        using var options = InferenceRuntime.Session(device, InferenceRuntime.Cuda with { Replay = records });
        var weights = new MappedWeights();
        InferenceSession? session = null;
        Graph? loaded = null;
        try
        {
            weights.Give(graph, options);
            InferenceRuntime.Profile?.Attach(options, graph);
            session = new InferenceSession(graph.Model.ToArray(), options);
            weights.Settle();
            return loaded = new Graph(session, graph.Name, device, weights, binding, records);
        }
        catch (OnnxRuntimeException fault)
        {
            throw DeviceFault(device, graph.Name, fault) ?? new InferenceException(
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

    internal InferenceSession Session => session;

    /// <summary>The exception for a fault of the runtime while the graph ran.</summary>
    internal InferenceException Faulted(OnnxRuntimeException fault) => RuntimeFaults.Of(Device, path, fault) ?? new InferenceException(Message(InferenceTexts.NotRunnable, path, fault.Message), fault);

    // At addresses that stay, so that a run may be a replay.
    private void RunBound(IReadOnlyList<(string Name, GraphTensor Value)> inputs, IReadOnlyList<(string Name, GraphTensor Value)> outputs)
    {
        lock (bound)
        {
            bound.For(new RunShapes(inputs, outputs), () => Bind(inputs, outputs)).Run(inputs, outputs);
        }
    }

    private void Run(string[] inputs, OrtValue[] inputValues, string[] outputs, OrtValue[] outputValues) =>
        GraphExecution.Run(this, Replays ? Recordings.None : null, options => session.Run(options, inputs, inputValues, outputs, outputValues));

    private static Dictionary<string, TensorInfo> Describe(IReadOnlyDictionary<string, NodeMetadata> metadata, IReadOnlyDictionary<string, BoundTensor>? bound) =>
        bound?.ToDictionary(b => b.Key, b => b.Value.Info, StringComparer.Ordinal)
        ?? metadata.ToDictionary(m => m.Key, m => new TensorInfo(m.Key, m.Value.ElementType, m.Value.Dimensions), StringComparer.Ordinal);

    // A damaged file may ask for any amount of the processor's memory: then the file is what is wrong.
    private static DeviceException? DeviceFault(Device device, string path, Exception fault) => device.IsGpu ? RuntimeFaults.Of(device, path, fault) : null;

    private static string Message(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
