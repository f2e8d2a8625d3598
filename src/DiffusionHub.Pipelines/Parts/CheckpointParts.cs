using DiffusionHub.Inference;
using DiffusionHub.Inference.Checkpoints;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Pipelines.Tokenizers;

namespace DiffusionHub.Pipelines.Parts;

/// <summary>The parts of a model in a single file, which brings neither configs nor a tokenizer: its tensors tell the former, the hub has the latter.</summary>
internal static class CheckpointParts
{
    /// <exception cref="ModelFolderException">It cannot be read, is only a part of a model, or of a kind that the hub cannot run.</exception>
    public static ModelParts Read(ModelSource source) => ModelFolder.Refusing(() =>
    {
        var told = Told(source);
        using var file = Checkpoint.Open(source.Path, told);
        var unet = Complete(file);
        var first = file.Kind == CheckpointKind.StableDiffusionXlRefiner ? 2 : 1;
        return new ModelParts
        {
            Source = source,
            PipelineClass = PipelineClass(file),
            MainFile = source.Path,
            WeightBytes = new FileInfo(source.Path).Length,
            Process = NoiseProcess.Parse(source.Path, file.SchedulerConfigJson),
            TextEncoders = file.TextEncoders.Index().ToDictionary(e => first + e.Index, e => Text(e.Item, e.Index, first + e.Index)),
            Unet = new UnetPart(UnetTraits.Of(unet), variant => AdapterFiles.Use(variant.Adapters, adapters => Load(
                opened => variant.Of(UnetGraph.Write(opened.Unet!, opened.UnetWeights!, new UnetGraphOptions { Adapters = adapters, ControlInputs = variant.Controlled, Dialect = variant.Dialect }))))),
            Vae = new VaePart(file.Vae!.LatentChannels, file.Vae.Factor, file.Vae.ScalingFactor)
            {
                LoadDecoder = () => Load(opened => AutoencoderKlGraphs.Decoder(opened.Vae!, opened.VaeWeights!)),
                LoadDecoderSlope = () => Load(opened => VaePart.Sloped(AutoencoderKlGraphs.Decoder(opened.Vae!, opened.VaeWeights!, GraphDialect.Portable))),
                LoadEncoder = () => Load(opened => AutoencoderKlGraphs.Encoder(opened.Vae!, opened.VaeWeights!)),
            },
            // The refiner was published with encoding the empty text.
            ForceZerosForEmptyPrompt = file.Kind != CheckpointKind.StableDiffusionXlRefiner,
            FewSteps = file.FewSteps,
        };

        TextEncoderPart Text(CheckpointTextEncoder encoder, int index, int number) => new(
            encoder.Config,
            () => ClipTokenizer.Published(encoder.PadToken),
            choices => AdapterFiles.Use(choices, adapters => Load(opened => ClipTextGraph.Write(opened.TextEncoders[index].Config, opened.TextEncoders[index].Weights, adapters, number))));

        // The file is mapped again for each graph, which keeps what it needs of it.
        Graph Load(Func<Checkpoint, Inference.Graphs.WrittenGraph> write) => ModelFolder.Refusing(() =>
        {
            using var opened = Checkpoint.Open(source.Path, told);
            return Graph.Load(write(opened));
        });
    });

    private static UnetConfig Complete(Checkpoint file) =>
        file.Unet is not { } unet || file.Kind == CheckpointKind.Unet ? throw new ModelFolderException(ModelFolderException.Format(FolderTexts.NotAModel, file.Path, file.Kind))
        : file.Missing.Count > 0 ? throw new ModelFolderException(ModelFolderException.Format(FolderTexts.MissingParts, file.Path, string.Join(", ", file.Missing)))
        : unet;

    private static CheckpointPrediction? Told(ModelSource source) => source.Card.PredictionType switch
    {
        null => null,
        "epsilon" => CheckpointPrediction.Epsilon,
        "v_prediction" => CheckpointPrediction.Velocity,
        { } other => throw new ModelFolderException(ModelFolderException.Format(FolderTexts.UnknownPrediction, source.Path, other)),
    };

    private static string PipelineClass(Checkpoint file)
    {
        var large = file.Kind is CheckpointKind.StableDiffusionXl or CheckpointKind.StableDiffusionXlRefiner;
        return file.Variant switch
        {
            CheckpointVariant.TextToImage => large ? "StableDiffusionXLPipeline" : file.Unet!.GuidanceWidth is null ? "StableDiffusionPipeline" : "LatentConsistencyModelPipeline",
            CheckpointVariant.Inpainting => large ? "StableDiffusionXLInpaintPipeline" : "StableDiffusionInpaintPipeline",
            CheckpointVariant.Depth => "StableDiffusionDepth2ImgPipeline",
            CheckpointVariant.Instruction => large ? "StableDiffusionXLInstructPix2PixPipeline" : "StableDiffusionInstructPix2PixPipeline",
            CheckpointVariant.Upscaler => "StableDiffusionUpscalePipeline",
            _ => "StableUnCLIPImg2ImgPipeline",
        };
    }
}
