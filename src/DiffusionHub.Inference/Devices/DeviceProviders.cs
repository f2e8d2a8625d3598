using System.Globalization;
using DiffusionHub.Inference.Devices.Cuda;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference.Devices;

/// <summary>Tells a session which of ONNX Runtime's providers drives its device.</summary>
internal static class DeviceProviders
{
    /// <exception cref="DeviceException">The runtime cannot use the device.</exception>
    public static void Add(SessionOptions options, Device device, CudaSettings settings)
    {
        try
        {
            Append(options, device, settings);
        }
        catch (Exception fault) when (fault is OnnxRuntimeException or EntryPointNotFoundException or NotSupportedException)
        {
            throw new DeviceException(string.Format(CultureInfo.InvariantCulture, DeviceTexts.NotAdded, device, fault.Message), fault);
        }
    }

    private static void Append(SessionOptions options, Device device, CudaSettings settings)
    {
        switch (device.Kind)
        {
            case DeviceKind.TensorRt:
                using (var tensorRt = new OrtTensorRTProviderOptions())
                {
                    tensorRt.UpdateOptions(new() { ["device_id"] = Number(device) });
                    options.AppendExecutionProvider_Tensorrt(tensorRt);
                }

                // What TensorRT cannot do runs through CUDA.
                AddCuda(options, device, settings);
                break;
            case DeviceKind.Cuda:
                AddCuda(options, device, settings);
                break;
            case DeviceKind.WebGpu:
                options.AppendExecutionProvider("WebGPU", new() { ["deviceId"] = Number(device) });
                break;
        }
    }

    private static void AddCuda(SessionOptions options, Device device, CudaSettings settings)
    {
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(settings.For(device));
        options.AppendExecutionProvider_CUDA(cuda);
    }

    private static string Number(Device device) => device.Number.ToString(CultureInfo.InvariantCulture);
}
