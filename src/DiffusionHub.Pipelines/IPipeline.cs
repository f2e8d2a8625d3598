using DiffusionHub.Imaging;

namespace DiffusionHub.Pipelines;

/// <summary>A loaded model. One run at a time, but for requests that can share it (<see cref="ShareKey"/>).</summary>
public interface IPipeline : IDisposable
{
    /// <summary>What it can do.</summary>
    ModelDescription Description { get; }

    /// <summary>
    /// Requests of one key can run at the same time, each on a thread of its own; calls of the denoiser that come together are made as one batch. Null:
    /// the request needs the model for itself. It holds for the files that a request names as they are now.
    /// </summary>
    string? ShareKey(PictureRequest request);

    /// <summary>
    /// Makes the pictures of one request. The same request gives the same bits each time; beside others, values within 1e-4 of those.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="afterStep">Called after each step, on the calling thread.</param>
    /// <param name="cancellation">Ends it within moments, in the middle of a step too.</param>
    /// <exception cref="UnfitRequestException">The model cannot do what the request asks for.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="Inference.InferenceException">The device failed.</exception>
    /// <exception cref="Sampling.Denoisers.ModelOutputException">The model gave NaN or infinity; the message names the step.</exception>
    PictureBatch Run(PictureRequest request, StepObserver? afterStep = null, CancellationToken cancellation = default);
}

/// <summary>Watches a run.</summary>
/// <param name="progress">Valid only during the call.</param>
public delegate void StepObserver(in StepProgress progress);

/// <summary>A run after one of its steps.</summary>
public readonly ref struct StepProgress
{
    private readonly Func<int, TimeSpan, RgbImage?> preview;

    internal StepProgress(int step, int steps, ReadOnlySpan<float> latents, LatentShape shape, Func<int, TimeSpan, RgbImage?> preview)
    {
        (Step, Steps, Shape, this.preview) = (step, steps, shape, preview);
        Latents = latents;
    }

    /// <summary>Steps done, from 1.</summary>
    public int Step { get; }

    /// <summary>Steps in all.</summary>
    public int Steps { get; }

    /// <summary>Whether it is the refiner's step.</summary>
    public bool Refining { get; init; }

    /// <summary>The state after the step, in <see cref="Shape"/>.</summary>
    public ReadOnlySpan<float> Latents { get; }

    /// <summary>Shape of the latents.</summary>
    public LatentShape Shape { get; }

    /// <summary>What picture <paramref name="image"/> looks like so far: the estimate of the clean picture that the step made, small and cheap where the
    /// model has a linear map or a tiny decoder for it, through its decoder where not. Costs time only when called.</summary>
    public RgbImage Preview(int image) => preview(image, TimeSpan.MaxValue) ?? throw new InvalidOperationException("There is a preview where time does not matter.");

    /// <summary>The same where it is known, or guessed, to take no longer than <paramref name="within"/>; else null.</summary>
    public RgbImage? Preview(int image, TimeSpan within) => preview(image, within);
}

/// <summary>Shape of a batch of latents, C order.</summary>
/// <param name="Count">Pictures.</param>
/// <param name="Channels">Channels.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public sealed record LatentShape(int Count, int Channels, int Height, int Width)
{
    /// <summary>Elements of one picture.</summary>
    public int One => Channels * Height * Width;

    /// <summary>Elements of the batch.</summary>
    public int Length => Count * One;
}
