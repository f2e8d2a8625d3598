using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace DiffusionHub.Inference.Devices.Binding;

/// <summary>The memory in which a graph's bound tensors lie.</summary>
internal interface IDeviceMemory : IDisposable
{
    /// <summary>A tensor there, whose address stays until it is disposed.</summary>
    OrtValue Allocate(TensorElementType type, long[] shape);

    /// <summary>Copies all bytes; either side may be in the processor's memory. When it returns, the copy is there for the next run.</summary>
    /// <exception cref="DeviceException">The device failed.</exception>
    void Copy(OrtValue from, OrtValue to);
}
