namespace DiffusionHub.Inference.Devices;

/// <summary>A device failed in a way that CUDA does not recover from within a process: nothing more can be computed on it until the process is started again.</summary>
/// <param name="message">For people.</param>
/// <param name="inner">The runtime's fault.</param>
public sealed class DeviceLostException(string message, Exception? inner = null) : DeviceException(message, inner);
