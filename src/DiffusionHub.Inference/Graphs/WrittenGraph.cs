using System.Runtime.InteropServices;
using DiffusionHub.Inference.Graphs.Gradients;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs;

/// <summary>A graph that the hub wrote, not loaded yet. Its weights must stay open until it is.</summary>
public sealed class WrittenGraph
{
    internal WrittenGraph(string name, ReadOnlyMemory<byte> model, IReadOnlyList<Initializer> initializers, string? folder = null, GraphTape? tape = null)
    {
        Name = name;
        Model = model;
        Initializers = initializers;
        Tape = tape;
        Folder = folder ?? (initializers.Select(i => i.File?.Folder).FirstOrDefault(place => place is not null));
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>The ONNX model, without weights; as a file beside them it is complete, but for operators of the hub's own in dialects that have some.</summary>
    public ReadOnlyMemory<byte> Model { get; }

    /// <summary>The folder that the names of its weights' files are relative to.</summary>
    internal string? Folder { get; }

    /// <summary>Where its weights lie.</summary>
    internal IReadOnlyList<Initializer> Initializers { get; }

    /// <summary>Its nodes, one after another; null where the hub changed another exporter's graph.</summary>
    internal GraphTape? Tape { get; }
}

/// <summary>A constant of a graph, in a weights file or, where it was computed, in memory of its own.</summary>
internal sealed record Initializer(string Name, OnnxType Type, long[] Shape, SafeBuffer Memory, long Offset, long Length)
{
    public Initializer(string name, OnnxType type, long[] shape, MappedFile file, long offset, long length)
        : this(name, type, shape, file.Memory, offset, length) => File = file;

    /// <summary>The file that it lies in; null where it was computed.</summary>
    public MappedFile? File { get; }
}
