using System.Globalization;
using DiffusionHub.Inference.Devices.Cuda;

namespace DiffusionHub.Inference.Devices;

/// <summary>What computes graphs. A process has one (<see cref="InferenceRuntime.Device"/>); single graphs may be loaded elsewhere.</summary>
/// <param name="Kind">What drives it.</param>
/// <param name="Number">Which of that kind, from 0.</param>
public sealed record Device(DeviceKind Kind, int Number = 0)
{
    /// <summary>The spelling that takes an NVIDIA GPU where one can be used, else the processor.</summary>
    public const string Auto = "auto";

    private const int MostDigits = 3;

    private static readonly (string Word, DeviceKind Kind)[] Words =
        [("cpu", DeviceKind.Cpu), ("cuda", DeviceKind.Cuda), ("tensorrt", DeviceKind.TensorRt), ("webgpu", DeviceKind.WebGpu)];

    /// <summary>The processor.</summary>
    public static Device Cpu { get; } = new(DeviceKind.Cpu);

    /// <summary>How devices are spelled, for suggestions.</summary>
    public static IReadOnlyList<string> Spellings { get; } = [Auto, "cpu", "cuda", "cuda:0", "tensorrt", "tensorrt:0", "webgpu", "webgpu:0"];

    /// <summary>Its spelling: cpu, cuda:0, tensorrt:0, webgpu:0.</summary>
    public string Name
    {
        get
        {
            var word = Words.First(known => known.Kind == Kind).Word;
            return Kind == DeviceKind.Cpu ? word : string.Create(CultureInfo.InvariantCulture, $"{word}:{Number}");
        }
    }

    /// <summary>The numbers that it is used with where nothing else is said: those that it is made for.</summary>
    public Precision UsualPrecision => Kind is DeviceKind.Cuda or DeviceKind.TensorRt ? Precision.Float16 : Precision.Float32;

    /// <summary>Whether its memory is not the processor's.</summary>
    public bool IsGpu => Kind != DeviceKind.Cpu;

    /// <summary>
    /// The device of that spelling: <c>auto</c>, <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c>, <c>tensorrt:N</c> or <c>webgpu:N</c>. Whether it can be used here,
    /// only <c>auto</c> asks; the others are asked when they are chosen.
    /// </summary>
    /// <exception cref="DeviceException">There is none of that spelling.</exception>
    public static Device Of(string spelling) => spelling == Auto
        ? Best(CudaHost.OfMachine)
        : TryParse(spelling) ?? throw DeviceException.Of(DeviceTexts.Unknown, spelling);

    /// <summary>The same without <c>auto</c>; null for anything else.</summary>
    public static Device? TryParse(string spelling)
    {
        var colon = spelling.IndexOf(':', StringComparison.Ordinal);
        var word = colon < 0 ? spelling : spelling[..colon];
        if (Array.Find(Words, known => known.Word == word) is not { Word: not null } found)
        {
            return null;
        }

        if (colon < 0)
        {
            return new Device(found.Kind);
        }

        var digits = spelling[(colon + 1)..];
        return found.Kind != DeviceKind.Cpu && digits.Length <= MostDigits && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new Device(found.Kind, number)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal static Device Best(CudaHost host) => CudaCheck.Fault(host, 0) is null ? new Device(DeviceKind.Cuda) : Cpu;
}
