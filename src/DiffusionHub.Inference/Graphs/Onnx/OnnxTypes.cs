using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Onnx;

/// <summary>ONNX's element types of stored numbers.</summary>
internal static class OnnxTypes
{
    public static OnnxType ToOnnx(this WeightType type) => type switch
    {
        WeightType.Float16 => OnnxType.Float16,
        WeightType.BFloat16 => OnnxType.BFloat16,
        _ => OnnxType.Float,
    };
}
