using DiffusionHub.Inference.Devices.Cuda;

namespace DiffusionHub.Inference.Devices;

/// <summary>What this machine has to compute with.</summary>
/// <param name="Best">What <c>auto</c> takes.</param>
/// <param name="Gpus">NVIDIA GPUs that the driver names, whether they can be used or not.</param>
/// <param name="Fault">Why no GPU can be used; null where one can.</param>
public sealed record DeviceReport(Device Best, IReadOnlyList<CudaDevice> Gpus, string? Fault)
{
    /// <summary>This machine's.</summary>
    public static DeviceReport OfMachine => Of(CudaHost.OfMachine);

    /// <summary>Every device that a worker of its own can use: the GPUs, or else the processor.</summary>
    public IReadOnlyList<Device> Workers => Fault is null ? [.. Gpus.Select((_, number) => new Device(DeviceKind.Cuda, number))] : [Device.Cpu];

    internal static DeviceReport Of(CudaHost host) => new(Device.Best(host), host.Driver?.Devices ?? [], CudaCheck.Fault(host, 0));
}
