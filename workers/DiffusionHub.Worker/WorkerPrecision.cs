using DiffusionHub.Inference.Devices;

namespace DiffusionHub.Worker;

/// <summary>The numbers that a worker computes with, as its settings say.</summary>
internal static class WorkerPrecision
{
    /// <summary>What the setting means on a device.</summary>
    /// <exception cref="DeviceException">The device has nothing of it.</exception>
    public static Precision Of(string setting, Device device) => (setting, device.IsGpu) switch
    {
        ("fp16", false) => throw new DeviceException(WorkerTexts.NoHalfOnProcessor),
        ("int8", true) => throw new DeviceException(Statements.Text(WorkerTexts.NoInt8OnGpu, device.Name)),
        ("fp16", _) => Precision.Float16,
        ("int8", _) => Precision.Int8,
        ("fp32", _) => Precision.Float32,
        _ => device.UsualPrecision,
    };
}
