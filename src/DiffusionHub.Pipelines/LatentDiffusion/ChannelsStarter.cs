using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.LatentDiffusion;

/// <summary>From noise, with a picture's channels beside the latents.</summary>
internal sealed class ChannelsStarter(IPictureChannels beside) : ILatentStarter
{
    public void Load() => beside.Load();

    public PictureRequest Fit(PictureRequest request)
    {
        RequestFit.Require(request.Depth is null, "depth", PipelineTexts.NoDepthInput);
        RequestFit.Require(request.NoiseLevel == 0, "noiseLevel", PipelineTexts.NoNoiseLevel);
        beside.Check(request);
        return request;
    }

    public LatentStart Begin(StartingPoint point) =>
        LatentStart.FromNoise(point.Request, point.Recipe, point.Shape, point.Noise) with { Extra = beside.Make(point.Request, point.Shape) };

    public void Dispose() => beside.Dispose();
}
