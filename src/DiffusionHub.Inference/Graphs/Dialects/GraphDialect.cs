using System.Globalization;
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

    /// <summary>float32, with layers in the forms that take a processor the fewest products.</summary>
    public static GraphDialect Processor { get; } = new(OnnxType.Float, new ProcessorKernels());

    /// <summary>float32 between layers, with products of 8-bit integers in the transformers' linear ones. ONNX Runtime has these for the processor.</summary>
    public static GraphDialect Int8 { get; } = new(OnnxType.Float, new Int8Kernels());

    /// <summary>What this process's device is written for at its precision.</summary>
    public static GraphDialect OfProcess => Of(InferenceRuntime.Device, InferenceRuntime.Precision);

    /// <summary>The type of numbers between the graph's inputs and outputs, which are float32.</summary>
    internal OnnxType Number { get; }

    internal IKernels Kernels { get; }

    /// <summary>What a device is written for.</summary>
    /// <exception cref="InferenceException">It cannot calculate at that precision.</exception>
    public static GraphDialect Of(Device device, Precision precision) => (device.Kind, precision) switch
    {
        (DeviceKind.Cpu, Precision.Float32) => Processor,

        // Exactness is what float32 is chosen for, and the fused sums are in no fixed order.
        (_, Precision.Float32) => Portable,
        (DeviceKind.Cpu, Precision.Int8) => Int8,
        (_, Precision.Int8) => throw new InferenceException(string.Format(CultureInfo.InvariantCulture, InferenceTexts.Int8Elsewhere, device)),
        (DeviceKind.Cuda, _) => CudaHalf,
        _ => PortableHalf,
    };
}
