using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace DiffusionHub.Inference.Devices.Binding;

/// <summary>The processor's memory.</summary>
internal sealed class HostMemory : IDeviceMemory
{
    public OrtValue Allocate(TensorElementType type, long[] shape) => OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, shape);

    public void Copy(OrtValue from, OrtValue to) => from.GetTensorMutableRawData().CopyTo(to.GetTensorMutableRawData());

    public void Dispose()
    {
    }
}
