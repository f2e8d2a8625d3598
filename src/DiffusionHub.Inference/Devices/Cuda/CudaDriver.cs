using System.Runtime.InteropServices;
using System.Text;

namespace DiffusionHub.Inference.Devices.Cuda;

/// <summary>A GPU as NVIDIA's driver describes it.</summary>
/// <param name="Name">Its name, such as NVIDIA H200.</param>
/// <param name="Memory">Its memory in bytes.</param>
/// <param name="Capability">Its compute capability, 9.0 for an H200.</param>
public sealed record CudaDevice(string Name, long Memory, Version Capability);

/// <summary>What NVIDIA's driver says of this machine.</summary>
/// <param name="Fault">CUDA's error number where it does not answer; 0 where it does.</param>
/// <param name="Version">The newest CUDA that it runs, 13.0 say.</param>
/// <param name="Devices">The GPUs that this process may use.</param>
internal sealed unsafe record CudaDriver(int Fault, Version Version, IReadOnlyList<CudaDevice> Devices)
{
    private const int Success = 0;
    private const int NoDevice = 100;
    private const int CapabilityMajor = 75;
    private const int CapabilityMinor = 76;

    /// <summary>Asks the driver; null where none is installed.</summary>
    public static CudaDriver? Read() => CudaSearch.Driver() is { } library ? Read(library) : null;

    // CUDA driver API: cuInit, cuDriverGetVersion, cuDeviceGet….
    private static CudaDriver Read(nint library)
    {
        int version = 0, count = 0;
        _ = ((delegate* unmanaged<int*, int>)Export(library, "cuDriverGetVersion"))(&version);
        // cuInit says "no device" where the driver is in order, but no GPU is visible to this process.
        var fault = ((delegate* unmanaged<uint, int>)Export(library, "cuInit"))(0);
        if (fault == Success)
        {
            fault = ((delegate* unmanaged<int*, int>)Export(library, "cuDeviceGetCount"))(&count);
        }

        var known = new Version(version / 1000, version % 1000 / 10);
        return new CudaDriver(fault == NoDevice ? Success : fault, known, [.. Enumerable.Range(0, count).Select(number => Device(library, number))]);
    }

    private static CudaDevice Device(nint library, int number)
    {
        int handle = 0, major = 0, minor = 0;
        nuint memory = 0;
        const int longest = 256;
        var name = stackalloc byte[longest];
        _ = ((delegate* unmanaged<int*, int, int>)Export(library, "cuDeviceGet"))(&handle, number);
        _ = ((delegate* unmanaged<byte*, int, int, int>)Export(library, "cuDeviceGetName"))(name, longest, handle);
        _ = ((delegate* unmanaged<nuint*, int, int>)Export(library, "cuDeviceTotalMem_v2"))(&memory, handle);
        var attribute = (delegate* unmanaged<int*, int, int, int>)Export(library, "cuDeviceGetAttribute");
        _ = attribute(&major, CapabilityMajor, handle);
        _ = attribute(&minor, CapabilityMinor, handle);
        return new CudaDevice(Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)), (long)memory, new Version(major, minor));
    }

    private static nint Export(nint library, string name) => NativeLibrary.GetExport(library, name);
}
