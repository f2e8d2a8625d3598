using DiffusionHub.Imaging;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Guides;
using DiffusionHub.Pipelines.Inversion;
using DiffusionHub.Pipelines.LatentDiffusion.Sharing;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Previews;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Pipelines.Tiling;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Stages;

namespace DiffusionHub.Pipelines.LatentDiffusion;

/// <summary>Latent diffusion (Rombach et al. 2022): encode prompt → initial latents → denoise → decode. Families differ in how they encode the prompt.</summary>
internal sealed class LatentPipeline : IPipeline
{
    private readonly ModelParts parts;
    private readonly IConditioner conditioner;
    private readonly ILatentStarter starter;
    private readonly LatentGraphs graphs;
    private readonly PreviewWays? previews;
    private readonly SharedCalls shared = new(PipelineMeter.Called);
    // What loads and what begins runs is done for one request at a time.
    private readonly Lock beginning = new();
    private (PathStamp Stamp, LatentPipeline Pipeline)? refiner;

    /// <summary>Loads what every request needs.</summary>
    /// <param name="description">What it can do.</param>
    /// <param name="parts">Its parts.</param>
    /// <param name="conditioner">Encodes prompts.</param>
    /// <param name="starter">Begins runs; null: from noise or from a picture, with or without a mask.</param>
    public LatentPipeline(ModelDescription description, ModelParts parts, IConditioner conditioner, ILatentStarter? starter = null)
    {
        (Description, this.parts, this.conditioner, this.starter) = (description, parts, conditioner, starter ?? new PictureStarter(parts));
        graphs = new LatentGraphs(parts);
        try
        {
            previews = new PreviewWays(parts, graphs, description.Base);
            conditioner.Load();
            this.starter.Load();
            graphs.Load();
        }
        catch
        {
            // Whatever went wrong (a graph, an odd shape): weights that nobody owns must not stay in memory.
            Dispose();
            throw;
        }
    }

    public ModelDescription Description { get; }

    /// <summary>How latents are cut that are too large for the networks; null: they are taken whole, whatever their size.</summary>
    public TileSize? Tiles { get; set; }

    /// <summary>The ways in which it shows runs so far.</summary>
    internal PreviewWays Previews => previews ?? throw new InvalidOperationException("The model is not loaded.");

    /// <summary>The model for exact inversion.</summary>
    internal CoupledRuns Coupled => new(parts, conditioner, graphs);

    public string? ShareKey(PictureRequest request) =>
        starter is PictureStarter && request is { Inversion: null, Guide: null, Control: null, Refiner: null } && Tiles?.Grid(parts.Shape(request)) is null
            ? $"{request.Width}x{request.Height}\n{PathStamp.Of(request.Vae)}\n{string.Join('\n', PathStamp.Of(request.Adapters))}"
            : null;

    public PictureBatch Run(PictureRequest request, StepObserver? afterStep = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        using var interruption = Interruption.By(cancellation);
        request = starter.Fit(RequestFit.Check(request, parts, graphs.Vae(request.Vae), Description));
        AdapterFiles.CheckTouch(request.Adapters, parts);
        if (request.Inversion is { } inversion)
        {
            InversionFit.CheckEditing(request, inversion, Description, parts);
            return PictureEditing.Run(Coupled, request, (estimate, within) => Preview(request, estimate, parts.Shape(request), within), afterStep, cancellation);
        }

        if (request.Guide is { Rounds: > 0 } judge)
        {
            InversionFit.CheckOptimization(request, Description, parts);
            using var loss = PictureLosses.Load(judge, request.Prompt, PictureLosses.PublishedCutouts);
            return new LatentOptimization(Coupled, request, loss).Run((estimate, within) => Preview(request, estimate, parts.Shape(request), within), afterStep, cancellation);
        }

        // From the start on, so that requests which begin together take their first steps together.
        using var calls = shared.Join(cancellation);
        var clock = DeviceStopwatch.Start();
        var second = request.Refiner is { } choice ? Refiner(choice.Path) : null;
        // Adapters and ControlNets are made for one model; before the first step, so that nothing is refused after minutes.
        var handedOn = request with { Adapters = [], Control = null, ClipSkip = 0, Guide = null };
        Conditioning conditioning;
        Conditioning? refining;
        lock (beginning)
        {
            conditioning = conditioner.Encode(request);
            RequestFit.CheckTokens(conditioning, parts);
            refining = second?.conditioner.Encode(handedOn);
        }

        var encoded = clock.Elapsed;
        var noise = Generators.Of(request);
        var rest = second?.Rest(handedOn);
        var walk = Begin(request, noise) with { HandsOver = rest?.Plan.Steps.Count > 0 };
        var watch = new StepWatch(afterStep, walk.Shape, walk.Calls, rest?.Calls ?? 0, Tiles?.Grid(walk.Shape)?.Count ?? 1);
        Denoise(walk, conditioning, noise, watch, calls, refining: false, cancellation);
        var decoder = this;
        if (second is not null && rest is not null && refining is not null)
        {
            rest = rest with { Latents = walk.Latents, Blend = walk.Blend };
            second.Denoise(rest, refining, noise, watch, OwnCalls.Instance, refining: true, cancellation);
            decoder = second;
        }

        calls.Dispose();
        cancellation.ThrowIfCancellationRequested();
        var denoised = clock.Elapsed;
        var pictures = decoder.graphs.Decoder(request.Vae).Decode(walk.Latents, walk.Shape, Tiles, cancellation);
        var timings = new RunTimings(encoded, denoised - encoded, clock.Elapsed - denoised);
        Previews.Learn(request, walk.Latents, walk.Shape, pictures, timings.Decode);
        return new PictureBatch(pictures, request.Count, request.Width, request.Height, timings);
    }

    public void Dispose()
    {
        conditioner.Dispose();
        starter.Dispose();
        graphs.Dispose();
        previews?.Dispose();
        refiner?.Pipeline.Dispose();
    }

    private LatentWalk Begin(PictureRequest request, GeneratorNoise noise)
    {
        var recipe = parts.Process.Recipe(request);
        var shape = parts.Shape(request);
        if (recipe.Variance is not null && parts.Unet.Traits.OutChannels != 2 * shape.Channels)
        {
            throw new UnfitRequestException("sampler", PipelineTexts.NoVariance);
        }

        LatentStart start;
        lock (beginning)
        {
            start = starter.Begin(new StartingPoint(request, recipe, shape, noise, () => graphs.Encoder(request.Vae)));
        }

        var plan = request.Refiner is { } second ? Handover.Before(start.Plan, recipe.Schedule.Length, second.Switch) : start.Plan;
        return new LatentWalk(request, recipe, plan, shape, start.Latents) { Extra = start.Extra, Labels = start.Labels, Blend = start.Blend };
    }

    // As a refiner: the steps that are left when the first model hands over.
    private LatentWalk Rest(PictureRequest request)
    {
        var recipe = parts.Process.Recipe(request);
        var skipped = request.Init is null ? 0 : request.Steps - ImageToImage.StepsToRun(request.Steps, request.Strength);
        return new LatentWalk(request, recipe, Handover.After(recipe.Schedule, request.Steps, request.Refiner!.Switch, skipped), parts.Shape(request), []);
    }

    private void Denoise(LatentWalk walk, Conditioning conditioning, GeneratorNoise noise, StepWatch watch, IDenoiserCalls calls, bool refining, CancellationToken cancellation)
    {
        var request = walk.Request;
        StepWatch.Render render = (estimate, within) => Preview(request, estimate, walk.Shape, within);
        using var control = request.Control is { } choice ? Controls.Guide(parts, graphs, choice, walk, conditioning) : null;
        var graph = graphs.Unet(new UnetVariant(request.Adapters, control is not null));
        var grid = Tiles?.Grid(walk.Shape);
        var shape = grid is null ? walk.Shape : walk.Shape with { Height = grid.Rows.Tile, Width = grid.Columns.Tile };
        using var unet = new UnetPredictor(graph, shape, conditioning, walk.Extra, walk.Labels, control, parts.Unet.Traits.OutChannels) 
        {
            Variance = walk.Recipe.Variance, Calls = calls,
        };
        using var lead = request.Guide is { } guide ? LatentGuidance.Begin(guide, parts, graphs, walk, conditioning, cancellation) : null;
        IPredictor network = grid is null ? unet : new TiledPredictor(unet, grid, walk.Extra) { AfterPiece = watch.Within(walk.Latents, refining, render), Cancellation = cancellation };
        (walk with { Lead = lead is null ? null : lead.Lead }).Run(network, conditioning.Passes == 2, noise, watch.For(refining, render), cancellation);
    }

    private LatentPipeline Refiner(string path)
    {
        var stamp = PathStamp.Of(path);
        if (refiner is not { } kept || kept.Stamp != stamp)
        {
            refiner?.Pipeline.Dispose();
            refiner = null;
            refiner = kept = (stamp, LoadRefiner(path));
        }

        RequestFit.CheckRefiner(parts, kept.Pipeline.parts);
        return kept.Pipeline;
    }

    private static LatentPipeline LoadRefiner(string path)
    {
        try
        {
            var loaded = KnownFamilies.Load(ModelSource.At(path));
            if (loaded is LatentPipeline { starter: PictureStarter } latent)
            {
                return latent;
            }

            // What needs more than latents and a text to begin with cannot go on from another's.
            loaded.Dispose();
            throw new UnfitRequestException("refiner", PipelineTexts.NoRefiner);
        }
        catch (ModelFolderException fault)
        {
            throw new UnfitRequestException("refiner", fault.Message);
        }
    }

    private RgbImage? Preview(PictureRequest request, ReadOnlySpan<float> latents, LatentShape shape, TimeSpan within) => Previews.Render(request, latents, shape, Tiles, within);
}
