using DiffusionHub.Inference.Exported.Onnx;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Exported;

/// <summary>An input or output of a graph that another exporter wrote, under the pipelines' name.</summary>
/// <param name="Known">What pipelines know of it.</param>
/// <param name="Value">What the graph has.</param>
internal sealed record BoundTensor(KnownName Known, OnnxValue Value)
{
    public OnnxType Type => Value.Type ?? OnnxType.Float;

    /// <summary>The number of pictures at once where the graph has it fixed; a timestep of one number stands for any number of pictures.</summary>
    public long? Batch => Value.Fixed(0);

    /// <summary>How a pipeline sees it: any number of pictures at once, other fixed lengths as they are.</summary>
    public TensorInfo Info => new(Known.Name, Known.Whole && !Type.IsFloat() ? typeof(long) : typeof(float), Shape());

    private int[] Shape()
    {
        var shape = new int[Math.Max(1, Value.Shape?.Count ?? Known.Ranks[^1])];
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = i > 0 && Value.Fixed(i) is { } side and <= int.MaxValue ? (int)side : -1;
        }

        return shape;
    }
}
