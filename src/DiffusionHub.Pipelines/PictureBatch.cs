using DiffusionHub.Imaging;

namespace DiffusionHub.Pipelines;

/// <summary>The pictures of one run.</summary>
/// <param name="Values">Shape (count, height, width, 3), 0..1, not yet rounded.</param>
/// <param name="Count">Pictures.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Timings">Where the time went.</param>
public sealed record PictureBatch(float[] Values, int Count, int Width, int Height, RunTimings Timings)
{
    /// <summary>Picture <paramref name="index"/>, rounded to bytes.</summary>
    public RgbImage Image(int index)
    {
        var one = Width * Height * 3;
        return RgbImage.FromFloats(Width, Height, Values.AsSpan(index * one, one));
    }
}

/// <summary>Time on the device, stage by stage: the run's own, without what it waited for others and with its part of what was made together.</summary>
/// <param name="Prompt">Encoding the prompts.</param>
/// <param name="Denoise">All steps, what the observer took included.</param>
/// <param name="Decode">Latents to pictures.</param>
public sealed record RunTimings(TimeSpan Prompt, TimeSpan Denoise, TimeSpan Decode)
{
    /// <summary>All stages.</summary>
    public TimeSpan Total => Prompt + Denoise + Decode;
}
