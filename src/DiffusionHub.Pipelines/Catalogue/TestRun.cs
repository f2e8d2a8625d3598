using System.Diagnostics;
using DiffusionHub.Imaging;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Guides;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Sampling.Denoisers;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>What a first run showed.</summary>
/// <param name="Milliseconds">Time of one step at the smallest size, with encoding and decoding.</param>
/// <param name="MemoryBytes">Growth of the process's memory.</param>
/// <param name="Thumbnail">A small picture (WebP), or null.</param>
internal sealed record TestResult(double Milliseconds, long MemoryBytes, byte[]? Thumbnail)
{
    /// <summary>The map from latents to colours that was fitted on its pictures; null where it has something better, or needs none.</summary>
    public IReadOnlyList<IReadOnlyList<float>>? Preview { get; init; }
}

/// <summary>Tries what was imported: every graph is written over its weights and loaded, and a model makes pictures.</summary>
internal static class TestRun
{
    private const int MostSteps = 4;
    private const int LargestSide = 256;
    private const int ThumbnailSide = 256;

    /// <summary>Tries it. Belongs on the thread that uses the device.</summary>
    /// <exception cref="ModelFolderException">It does not work; the message says what.</exception>
    public static TestResult Make(Contents contents, ModelSource source, bool thumbnail, CancellationToken cancel)
    {
        try
        {
            return contents.Kind == ModelKinds.Model ? OfModel(source, thumbnail, cancel) : OfAsset(contents);
        }
        catch (Exception fault) when (fault is InferenceException or ModelOutputException or UnfitRequestException)
        {
            throw Contents.Fault(CatalogueTexts.TestFailed, contents.Path, fault.Message.ReplaceLineEndings(" "));
        }
    }

    private static TestResult OfAsset(Contents contents)
    {
        if (contents.Kind == ModelKinds.ControlNet)
        {
            using var graph = ControlNetFolder.Read(contents.Path).Load();
        }
        else if (contents.Kind == ModelKinds.Vae)
        {
            var vae = VaeFolder.Read(contents.Path, scalingFactor: 1);
            using var decoder = vae.LoadDecoder?.Invoke();
            using var encoder = vae.LoadEncoder?.Invoke();
        }
        else if (contents.Kind == ModelKinds.Guide && !float.IsFinite(GuideTrial.Run(contents.Path)))
        {
            throw Contents.Fault(CatalogueTexts.NotFiniteGuide, contents.Path);
        }

        return new TestResult(0, 0, null);
    }

    private static TestResult OfModel(ModelSource source, bool thumbnail, CancellationToken cancel)
    {
        var parts = ModelReader.Read(source);
        parts.ControlNet?.Load().Dispose();
        var before = Environment.WorkingSet;
        using var pipeline = KnownFamilies.Load(source);
        cancel.ThrowIfCancellationRequested();
        var model = pipeline.Description;
        var smallest = Fitting(parts, model, model.MinSide);
        var most = before;
        var started = Stopwatch.GetTimestamp();
        // Where it takes pictures, with one: so the encoder is tried too.
        Run(new Try(model, smallest, parts.Process.Samplers.FirstOrDefault(s => s.Name == model.Samplers[0])?.Steps.Fewest ?? 1, 1, WithPicture: true));
        var milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        var picture = thumbnail
            ? ImageCodec.Thumbnail(Run(new Try(model, Fitting(parts, model, Math.Min(model.DefaultSide, LargestSide)), Math.Min(model.DefaultSteps, MostSteps), model.DefaultGuidance, WithPicture: false)), ThumbnailSide)
            : null;
        return new TestResult(milliseconds, most - before, picture) { Preview = (pipeline as LatentPipeline)?.Previews.Fitted?.Rows };

        RgbImage Run(Try run)
        {
            var batch = pipeline.Run(run.Request(), (in StepProgress _) => most = Math.Max(most, Environment.WorkingSet), cancel);
            most = Math.Max(most, Environment.WorkingSet);
            return batch.Values.All(float.IsFinite) ? batch.Image(0) : throw Contents.Fault(CatalogueTexts.NotFinite, source.Path);
        }
    }

    private static (int Width, int Height) Fitting(ModelParts parts, ModelDescription model, int wanted)
    {
        if (parts.Unet.Traits.OnlySize is { } only)
        {
            return (only.Width * parts.Vae.Factor, only.Height * parts.Vae.Factor);
        }

        var side = (Math.Clamp(wanted, model.MinSide, model.MaxSide) + model.SideMultiple - 1) / model.SideMultiple * model.SideMultiple;
        return (side, side);
    }
}
