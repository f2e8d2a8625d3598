using System.Globalization;
using System.Runtime.InteropServices;
using DiffusionHub.Inference.Devices.Cuda;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace DiffusionHub.Inference.Devices.Binding;

/// <summary>An NVIDIA GPU's memory, from the arena of one graph.</summary>
internal sealed unsafe class CudaMemory : IDeviceMemory
{
    private const int AnyDirection = 4;
    private readonly Device device;
    private readonly OrtMemoryInfo place;
    private readonly OrtAllocator allocator;
    private readonly delegate* unmanaged<int, int> setDevice;
    private readonly delegate* unmanaged<void*, void*, nuint, int, int> copy;
    private readonly delegate* unmanaged<nint, int> synchronize;

    public CudaMemory(InferenceSession session, Device device)
    {
        this.device = device;
        place = new OrtMemoryInfo(OrtMemoryInfo.allocatorCUDA, OrtAllocatorType.DeviceAllocator, device.Number, OrtMemType.Default);
        allocator = new OrtAllocator(session, place);
        // Loaded when the device was checked.
        var runtime = CudaSearch.Load(CudaHost.Libraries[0], CudaHost.OfMachine.Searched) ?? throw DeviceException.Of(DeviceTexts.NoLibrary, CudaHost.Libraries[0], CudaSearch.Variable, "–");
        setDevice = (delegate* unmanaged<int, int>)NativeLibrary.GetExport(runtime, "cudaSetDevice");
        copy = (delegate* unmanaged<void*, void*, nuint, int, int>)NativeLibrary.GetExport(runtime, "cudaMemcpy");
        synchronize = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(runtime, "cudaStreamSynchronize");
    }

    public OrtValue Allocate(TensorElementType type, long[] shape) => OrtValue.CreateAllocatedTensorValue(allocator, type, shape);

    public void Copy(OrtValue from, OrtValue to)
    {
        var source = from.GetTensorMutableRawData();
        var target = to.GetTensorMutableRawData();
        fixed (byte* read = source, write = target)
        {
            Check(setDevice(device.Number));
            Check(copy(write, read, (nuint)source.Length, AnyDirection));
            // From ordinary memory it returns when the bytes are on their way; the graph's own stream would not wait for them.
            Check(synchronize(0));
        }
    }

    public void Dispose()
    {
        allocator.Dispose();
        place.Dispose();
    }

    private void Check(int error)
    {
        if (error != 0)
        {
            var fault = new IOException(string.Create(CultureInfo.InvariantCulture, $"CUDA failure {error}: cudaMemcpy"));
            throw RuntimeFaults.Of(device, device.Name, fault) ?? new DeviceException(fault.Message, fault);
        }
    }
}
