using System.Globalization;

namespace DiffusionHub.Inference.Devices;

/// <summary>A device cannot be used, or failed. The message is meant for people: it says what is missing, where it was looked for and what to do.</summary>
public class DeviceException : InferenceException
{
    /// <summary>With the fault of the runtime underneath.</summary>
    public DeviceException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    internal static DeviceException Of(string text, params object[] values) => new(string.Format(CultureInfo.InvariantCulture, text, values));
}
