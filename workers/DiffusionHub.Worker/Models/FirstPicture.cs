using DiffusionHub.Domain.Models;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines;
using DiffusionHub.Worker.Computing;
using DiffusionHub.Worker.Jobs;
using Microsoft.Extensions.Logging;

namespace DiffusionHub.Worker.Models;

/// <summary>
/// Loads the smallest model and makes a first picture with it, so that the first one that somebody waits for is fast. One that cannot is told of, and
/// the next has its turn: its jobs will say the same to who asks for them.
/// </summary>
internal sealed class FirstPicture(ModelShelf shelf, Residency residency, Floor floor, ILogger logger)
{
    // What jobs would hardly ever be shown needs no warming up.
    private static readonly TimeSpan ForPreview = TimeSpan.FromMilliseconds(100);

    /// <param name="stopping">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task MakeAsync(CancellationToken stopping)
    {
        foreach (var model in shelf.Capabilities.OrderBy(c => c.MemoryBytes))
        {
            try
            {
                using var lease = await residency.AcquireAsync(shelf.Take(model.Name), stopping);
                await floor.RunAloneAsync(() => Make(lease.Pipeline, model, stopping), stopping);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.ModelUnusable(model.Name, e.Message);
            }
        }
    }

    /// <summary>Loads a model; on a GPU it makes a picture too, since there the first run of each shape is slow, before a job waits for it.</summary>
    public static IPipeline Load(ShelvedModel model)
    {
        var pipeline = KnownFamilies.Load(model.Source);
        try
        {
            if (InferenceRuntime.Device.IsGpu)
            {
                Make(pipeline, model.Capabilities, CancellationToken.None);
            }

            return pipeline;
        }
        catch
        {
            pipeline.Dispose();
            throw;
        }
    }

    private static int Make(IPipeline pipeline, ModelCapabilities model, CancellationToken stopping)
    {
        var request = new PictureRequest
        {
            Prompt = "", Seed = 0, Steps = Math.Min(2, model.MaxSteps), Guidance = model.DefaultGuidance,
            Width = model.DefaultWidth, Height = model.DefaultHeight, Sampler = model.Samplers[0],
        };
        var batch = pipeline.Run(request, Preview, stopping);
        return PictureFile.Png(batch, 0, request, pipeline.Description).Length;

        static void Preview(in StepProgress step)
        {
            if (step.Preview(0, ForPreview) is { } preview)
            {
                PreviewFile.Encode(preview);
            }
        }
    }
}
