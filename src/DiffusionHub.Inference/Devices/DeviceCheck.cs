using System.Globalization;
using DiffusionHub.Inference.Devices.Cuda;

namespace DiffusionHub.Inference.Devices;

/// <summary>Whether a device can be used on this machine, asked before ONNX Runtime is.</summary>
internal static class DeviceCheck
{
    private const string Vulkan = "libvulkan.so.1";
    private static readonly string[] TensorRt = ["libnvinfer.so.10", "libnvonnxparser.so.10"];

    /// <exception cref="DeviceException">It cannot be used.</exception>
    public static void Require(Device device)
    {
        if (Fault(device) is { } fault)
        {
            throw DeviceException.Of(DeviceTexts.Refused, device, fault);
        }
    }

    private static string? Fault(Device device) => device.Kind switch
    {
        DeviceKind.Cuda => CudaCheck.Fault(CudaHost.OfMachine, device.Number),
        DeviceKind.TensorRt => CudaCheck.Fault(CudaHost.OfMachine, device.Number) ?? TensorRtFault(CudaHost.OfMachine),
        DeviceKind.WebGpu => CudaSearch.Load(Vulkan, []) is null ? Text(DeviceTexts.NoVulkan, Vulkan) : null,
        _ => null,
    };

    private static string? TensorRtFault(CudaHost host)
    {
        var missing = ProviderFiles.Missing(host.Folder, ProviderFiles.TensorRt);
        return missing.Count > 0 ? Text(DeviceTexts.NoProvider, string.Join(", ", missing), host.Folder)
            : Array.Find(TensorRt, name => CudaSearch.Load(name, host.Searched) is null) is { } library
                ? Text(DeviceTexts.NoTensorRt, library, CudaSearch.Variable, string.Join(", ", host.Searched))
                : null;
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
