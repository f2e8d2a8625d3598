using System.Globalization;
using System.Text.RegularExpressions;

namespace DiffusionHub.Inference.Devices;

/// <summary>
/// What kind of fault a message of ONNX Runtime tells. Its error codes do not say: a full memory and a broken device are both "fail" to them.
/// </summary>
internal static partial class RuntimeFaults
{
    private const int Shown = 600;

    // cudaError_t of the faults after which every further call of the process fails (CUDA Runtime API, section "Data types used by CUDA Runtime").
    private static readonly Dictionary<int, string> Sticky = new()
    {
        [46] = "devices unavailable",
        [214] = "uncorrectable ECC error",
        [220] = "uncorrectable NVLink error",
        [226] = "contained memory error",
        [700] = "illegal memory access",
        [702] = "launch timed out",
        [710] = "device-side assertion",
        [714] = "hardware stack error",
        [715] = "illegal instruction",
        [716] = "misaligned address",
        [717] = "invalid address space",
        [718] = "invalid program counter",
        [719] = "launch failure",
        [721] = "tensor memory leak",
        [999] = "unknown error",
    };

    /// <summary>The exception for a fault of the device; null where the message tells of another.</summary>
    /// <param name="device">Where the graph is.</param>
    /// <param name="graph">What messages call it.</param>
    /// <param name="fault">The runtime's fault.</param>
    public static DeviceException? Of(Device device, string graph, Exception fault)
    {
        var said = fault.Message;
        if (device.IsGpu && LostReason(said) is { } reason)
        {
            return new DeviceLostException(Text(DeviceTexts.Lost, device, graph, reason, Brief(said)), fault);
        }

        if (IsMemory(said))
        {
            var bytes = Bytes(said);
            var asked = bytes is { } count ? Text(DeviceTexts.Asked, count) : DeviceTexts.AskedUnknown;
            return new DeviceMemoryException(Text(DeviceTexts.Memory, device, graph, asked), bytes, fault);
        }

        return null;
    }

    /// <summary>Whether a session could not be made because its runs cannot be recorded as CUDA graphs.</summary>
    public static bool IsNotRecordable(Exception fault) => NotRecordable().IsMatch(fault.Message);

    /// <summary>How many bytes were asked for when there were no more.</summary>
    internal static long? Bytes(string said) =>
        Asked().Match(said) is { Success: true } match && long.TryParse(match.Groups["bytes"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;

    private static bool IsMemory(string said) => Full().IsMatch(said);

    private static string? LostReason(string said)
    {
        if (WebGpuLost().IsMatch(said))
        {
            return DeviceTexts.WebGpuLost;
        }

        return Number().Match(said) is { Success: true } match && int.TryParse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Sticky.TryGetValue(number, out var name) ? Text(DeviceTexts.CudaError, number, name) : null;
    }

    private static string Brief(string said) => said.Length <= Shown ? said : said[..Shown] + "…";

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    // The arena's own words, then CUDA's, cuBLAS's and cuDNN's for a failed allocation.
    [GeneratedRegex("Failed to allocate memory for requested buffer of size|Available memory of [0-9]+ is smaller than requested bytes|CUDA failure 2:|out of memory|CUBLAS_STATUS_ALLOC_FAILED|CUBLAS failure 3:|CUDNN_STATUS_ALLOC_FAILED|std::bad_alloc", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Full();

    [GeneratedRegex("(requested buffer of size|smaller than requested bytes of) (?<bytes>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Asked();

    [GeneratedRegex("CUDA (failure|error) (?<number>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Number();

    [GeneratedRegex("cannot use the graph capture feature", RegexOptions.None, 1000)]
    private static partial Regex NotRecordable();

    [GeneratedRegex("WebGPU device lost|DXGI_ERROR_DEVICE_REMOVED|VK_ERROR_DEVICE_LOST", RegexOptions.None, 1000)]
    private static partial Regex WebGpuLost();
}
