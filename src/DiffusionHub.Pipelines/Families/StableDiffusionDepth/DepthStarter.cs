using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Families.StableDiffusionDepth;

/// <summary>Image-to-image with a depth map beside the latents: as given, or as the model's own estimator sees the picture.</summary>
internal sealed class DepthStarter(DepthEstimator? estimator) : ILatentStarter
{
    public void Load()
    {
        // The estimator waits until a request brings no depth.
    }

    public PictureRequest Fit(PictureRequest request)
    {
        RequestFit.OnlyInit(request);
        RequestFit.Require(request.NoiseLevel == 0, "noiseLevel", PipelineTexts.NoNoiseLevel);
        RequestFit.Require(request.Depth is not null || estimator is not null, "depth", PipelineTexts.NeedsDepth);
        if (request is { Depth: { } depth, Init: { } init })
        {
            RequestFit.Require(depth.Width == init.Width && depth.Height == init.Height, "depth", PipelineTexts.DepthSize, depth.Width, depth.Height, init.Width, init.Height);
            var odd = Array.FindIndex(depth.Values, value => !float.IsFinite(value));
            RequestFit.Require(odd < 0, "depth", PipelineTexts.DepthNotFinite, odd / depth.Width, odd % depth.Width);
        }

        RequestFit.Strength(request);

        // The picture stays as it is until the estimator has seen it, which has a filter and a size of its own.
        return request;
    }

    public LatentStart Begin(StartingPoint point)
    {
        var (request, shape) = (point.Request, point.Shape);
        var depth = request.Depth ?? estimator!.Estimate(request.Init!);
        var map = DepthMap.Channel(depth.Values, depth.Height, depth.Width, shape.Height, shape.Width);
        var sized = request with { Init = RequestFit.Sized(request.Init, request) };
        return LatentStart.FromPicture(sized, point.Recipe, shape, point.Noise, point.Encoder()) with
        {
            Extra = ExtraChannels.Repeated(map, 1, shape.Count),
        };
    }

    public void Dispose() => estimator?.Dispose();
}
