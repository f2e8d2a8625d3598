using DiffusionHub.Inference.Devices;
using DiffusionHub.Inference.Exported.Onnx;
using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Exported;

/// <summary>Which operators ONNX Runtime has for a device.</summary>
internal static class Operators
{
    // What its fusion tools put into Stable Diffusion's graphs for other devices; held against the runtime by a test.
    internal static readonly HashSet<string> OtherDevices = new(StringComparer.Ordinal)
    {
        "BiasAdd", "BiasSplitGelu", "GemmFastGelu", "GemmFloat8", "GroupNorm", "NhwcConv", "PackedAttention", "PackedMultiHeadAttention", "RelativePositionBias",
        "GatedRelativePositionBias", "RemovePadding", "RestorePadding", "SkipGroupNorm", "BiasSoftmax", "LongformerAttention",
    };

    private static readonly HashSet<string> Domains = new(StringComparer.Ordinal) { "", "ai.onnx.ml", "com.microsoft", "com.microsoft.nchwc" };

    /// <summary>Refuses a model that asks for others.</summary>
    /// <exception cref="ModelFileException">It does.</exception>
    public static void Check(OnnxModel model, Device device)
    {
        var foreign = model.Operators.Where(o => !Domains.Contains(o.Domain) && !model.Functions.Contains(o)).ToList();
        if (foreign.Count > 0)
        {
            throw ModelFileException.Of(ExportedTexts.ForeignOperators, model.Path, List(foreign.Select(o => $"{o.Domain}.{o.Type}")));
        }

        if (device.Kind == DeviceKind.Cuda)
        {
            return;
        }

        var fused = model.Operators.Where(o => o.Domain == "com.microsoft" && OtherDevices.Contains(o.Type) && !model.Functions.Contains(o)).Select(o => o.Type).ToList();
        if (model.Nodes.Any(IsPackedAttention))
        {
            fused.Add("MultiHeadAttention (packed)");
        }

        if (fused.Count > 0)
        {
            throw ModelFileException.Of(ExportedTexts.Operators, model.Path, List(fused));
        }
    }

    /// <summary>Refuses a graph of the hub that was written for other devices.</summary>
    /// <exception cref="InferenceException">It was.</exception>
    public static void Check(WrittenGraph graph, Device device)
    {
        var fused = device.Kind == DeviceKind.Cuda ? [] : graph.Tape?.Nodes.Where(node => node.Domain == OnnxGraphWriter.Microsoft && OtherDevices.Contains(node.Type)).ToList() ?? [];
        if (fused.Count > 0)
        {
            throw new InferenceException(string.Format(null, ExportedTexts.OtherDialect, graph.Name, device, List(fused.Select(node => node.Type))));
        }
    }

    // Queries, keys and values in one tensor, or keys and values in one.
    private static bool IsPackedAttention(OnnxNode node) => node is { Domain: "com.microsoft", Type: "MultiHeadAttention" } && node.Input(2).Length == 0;

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}
