using System.Runtime.InteropServices;
using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace DiffusionHub.Inference;

/// <summary>
/// A written graph's weights as values of ONNX Runtime that point into the mapped files. What the runtime does not rearrange for
/// itself (float32 weights, mostly) is never copied, and processes that load the same model share it.
/// </summary>
internal sealed class MappedWeights : IDisposable
{
    // Where the runtime's optimisers look for weights that they rearrange.
    private const string FolderEntry = "session.model_external_initializers_file_folder_path";

    private readonly List<OrtValue> values = [];
    private readonly List<SafeBuffer> held = [];
    private readonly List<SafeBuffer> files = [];
    private readonly List<nint> copies = [];

    /// <summary>Hands the weights of <paramref name="graph"/> to a session that is to be made with <paramref name="options"/>; this must outlive it.</summary>
    public void Give(WrittenGraph graph, SessionOptions options)
    {
        foreach (var (memory, isFile) in graph.Initializers.Select(i => (i.Memory, i.File is not null)).Distinct())
        {
            var holds = false;
            memory.DangerousAddRef(ref holds);
            held.Add(memory);
            if (isFile)
            {
                files.Add(memory);
            }
        }

        if (graph.Folder is { } folder)
        {
            options.AddSessionConfigEntry(FolderEntry, folder);
        }

        foreach (var initializer in graph.Initializers)
        {
            var value = Value(initializer);
            values.Add(value);
            options.AddInitializer(initializer.Name, value);
        }
    }

    /// <summary>After the session has loaded: lets go of what only loading needed.</summary>
    public void Settle()
    {
        files.ForEach(NativeMemory.ReleasePages);
        NativeMemory.ReleaseScratch();
    }

    public void Dispose()
    {
        values.ForEach(value => value.Dispose());
        held.ForEach(memory => memory.DangerousRelease());
        copies.ForEach(Marshal.FreeHGlobal);
        values.Clear();
        held.Clear();
        files.Clear();
        copies.Clear();
    }

    // The runtime counts on numbers at multiples of their size, which tensors inside of other people's files need not be at: those are copied.
    private unsafe OrtValue Value(Initializer initializer)
    {
        var address = initializer.Memory.DangerousGetHandle() + (nint)initializer.Offset;
        var type = (TensorElementType)initializer.Type;
        if (address % initializer.Type.Size() == 0)
        {
            return OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, initializer.Shape, address, initializer.Length);
        }

        var copy = Marshal.AllocHGlobal((nint)initializer.Length);
        copies.Add(copy);
        Buffer.MemoryCopy((void*)address, (void*)copy, initializer.Length, initializer.Length);
        return OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, initializer.Shape, copy, initializer.Length);
    }
}
