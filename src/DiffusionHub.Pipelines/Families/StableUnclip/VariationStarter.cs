using DiffusionHub.Pipelines.LatentDiffusion;

namespace DiffusionHub.Pipelines.Families.StableUnclip;

/// <summary>A run that begins with noise and is told what a picture shows.</summary>
internal sealed class VariationStarter(ImageEmbedder embedder) : ILatentStarter
{
    public void Load() => embedder.Load();

    public PictureRequest Fit(PictureRequest request)
    {
        RequestFit.OnlyInit(request);
        RequestFit.Require(request.Depth is null, "depth", PipelineTexts.NoDepthInput);
        RequestFit.NoiseLevel(request, embedder.MaxNoiseLevel);

        // All steps are run: nothing of the picture is in the latents.
        return request with { Strength = 1 };
    }

    public LatentStart Begin(StartingPoint point)
    {
        var labels = embedder.Embed(point.Request.Init!, point.Request.NoiseLevel, point.Shape.Count, point.Noise);
        return LatentStart.FromNoise(point.Request, point.Recipe, point.Shape, point.Noise) with { Labels = labels };
    }

    public void Dispose() => embedder.Dispose();
}
