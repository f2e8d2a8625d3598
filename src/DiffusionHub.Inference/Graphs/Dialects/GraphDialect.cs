using DiffusionHub.Inference.Devices;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Dialects;

/// <summary>How graphs are written for what runs them: with which numbers, and with which operators where there is a choice.</summary>
public sealed record GraphDialect
{
    private GraphDialect(OnnxType number, IKernels kernels)
    {
        Number = number;
        Kernels = kernels;
    }

    /// <summary>float32, with operators that every device has. Gradients know only these.</summary>
    public static GraphDialect Portable { get; } = new(OnnxType.Float, new PortableKernels());

    /// <summary>float16, with operators that every device has.</summary>
    public static GraphDialect PortableHalf { get; } = new(OnnxType.Float16, new PortableKernels());

    /// <summary>float16, with the operators that ONNX Runtime fuses for NVIDIA GPUs.</summary>
    public static GraphDialect CudaHalf { get; } = new(OnnxType.Float16, new CudaKernels());

    /// <summary>What this process's device is written for at its precision.</summary>
    public static GraphDialect OfProcess => Of(InferenceRuntime.Device, InferenceRuntime.Precision);

    /// <summary>The type of numbers between the graph's inputs and outputs, which are float32.</summary>
    internal OnnxType Number { get; }

    internal IKernels Kernels { get; }

    /// <summary>What a device is written for.</summary>
    public static GraphDialect Of(Device device, Precision precision) => (device.Kind, precision) switch
    {
        // Exactness is what float32 is chosen for, and the fused sums are in no fixed order.
        (_, Precision.Float32) => Portable,
        (DeviceKind.Cuda, _) => CudaHalf,
        _ => PortableHalf,
    };
}
