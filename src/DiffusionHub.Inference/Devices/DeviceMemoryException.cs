namespace DiffusionHub.Inference.Devices;

/// <summary>A device's memory is full. What holds some of it may be let go of, or the work be done in smaller parts, and then be tried again.</summary>
/// <param name="message">For people.</param>
/// <param name="bytes">How many bytes were asked for at last; null where the runtime does not say.</param>
/// <param name="inner">The runtime's fault.</param>
public sealed class DeviceMemoryException(string message, long? bytes, Exception? inner = null) : DeviceException(message, inner)
{
    /// <summary>How many bytes were asked for at last; null where the runtime does not say.</summary>
    public long? Bytes { get; } = bytes;
}
