using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Onnx;

/// <summary>What is known of element types.</summary>
internal static class OnnxTypes
{
    /// <summary>ONNX's type of stored numbers.</summary>
    public static OnnxType ToOnnx(this WeightType type) => type switch
    {
        WeightType.Float16 => OnnxType.Float16,
        WeightType.BFloat16 => OnnxType.BFloat16,
        _ => OnnxType.Float,
    };

    /// <summary>Bytes that an element takes; 0 where it is not a whole number, or is not known.</summary>
    public static int Size(this OnnxType type) => type switch
    {
        OnnxType.UInt8 or OnnxType.Int8 or OnnxType.Bool => 1,
        OnnxType.UInt16 or OnnxType.Int16 or OnnxType.Float16 or OnnxType.BFloat16 => 2,
        OnnxType.Float or OnnxType.Int32 or OnnxType.UInt32 => 4,
        OnnxType.Int64 or OnnxType.UInt64 or OnnxType.Double => 8,
        _ => 0,
    };

    public static bool IsFloat(this OnnxType type) => type is OnnxType.Float or OnnxType.Float16 or OnnxType.BFloat16 or OnnxType.Double;
}
