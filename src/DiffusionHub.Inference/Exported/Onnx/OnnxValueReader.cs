using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Exported.Onnx;

/// <summary>Reads a ValueInfoProto of <c>onnx.proto</c>: an input or output.</summary>
internal static class OnnxValueReader
{
    public static OnnxValue Read(ProtoReader value, PartCount parts)
    {
        parts.Add();
        var name = "";
        OnnxType? type = null;
        List<OnnxDimension>? shape = null;
        while (value.Next())
        {
            switch (value.Field)
            {
                case 1:
                    name = value.Text;
                    break;
                case 2:
                    (type, shape) = TensorType(value.Message, parts);
                    break;
            }
        }

        return new OnnxValue(name, type, shape);
    }

    private static (OnnxType? Type, List<OnnxDimension>? Shape) TensorType(ProtoReader union, PartCount parts)
    {
        OnnxType? type = null;
        List<OnnxDimension>? shape = null;
        while (union.Next())
        {
            // Only tensors (1) have what is of use; sequences, maps and optional values stay unknown.
            for (var tensor = union.Field == 1 ? union.Message : default; tensor.Next();)
            {
                if (tensor.Field == 1)
                {
                    type = (OnnxType)tensor.Number;
                }
                else if (tensor.Field == 2)
                {
                    shape = Shape(tensor.Message, parts);
                }
            }
        }

        return (type, shape);
    }

    private static List<OnnxDimension> Shape(ProtoReader shape, PartCount parts)
    {
        var sides = new List<OnnxDimension>(4);
        while (shape.Next())
        {
            if (shape.Field == 1)
            {
                parts.Add();
                OnnxDimension side = "";
                for (var dimension = shape.Message; dimension.Next();)
                {
                    side = dimension.Field == 1 ? dimension.Number : dimension.Field == 2 ? dimension.Text : side;
                }

                sides.Add(side);
            }
        }

        return sides;
    }
}
