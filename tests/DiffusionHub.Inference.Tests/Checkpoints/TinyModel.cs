using DiffusionHub.Inference.Checkpoints;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.ControlNet;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Checkpoints;

/// <summary>A small model of a published family with random weights, as diffusers' modules and as one file in the original names.</summary>
internal sealed class TinyModel
{
    private const int Pooled = 96;

    private TinyModel(CheckpointKind kind, UnetConfig unet, IReadOnlyList<ClipTextConfig> texts)
    {
        (Kind, Unet, Texts) = (kind, unet, texts);
        Vae = new AutoencoderKlConfig
        {
            PictureChannels = 3, LatentChannels = 4, BlockChannels = [32, 64], LayersPerBlock = 1, Groups = 32, MidAttention = true, QuantConv = true, PostQuantConv = true,
            ScalingFactor = kind is CheckpointKind.StableDiffusion1 or CheckpointKind.StableDiffusion2 ? 0.18215f : 0.13025f,
        };
        UnetTensors = Planned(plan => UnetGraph.Write(Unet, plan));
        VaeTensors = Planned(plan =>
        {
            AutoencoderKlGraphs.Decoder(Vae, plan);
            AutoencoderKlGraphs.Encoder(Vae, plan);
        });
        TextTensors = [.. texts.Select(text => Planned(plan => ClipTextGraph.Write(text, plan), "text_model."))];
    }

    public CheckpointKind Kind { get; }

    public UnetConfig Unet { get; }

    public IReadOnlyList<ClipTextConfig> Texts { get; }

    public AutoencoderKlConfig Vae { get; }

    public TensorFile UnetTensors { get; }

    public TensorFile VaeTensors { get; }

    public IReadOnlyList<TensorFile> TextTensors { get; }

    public static TinyModel Of(CheckpointKind kind, int channels = 4, UnetClasses classes = UnetClasses.None) => kind switch
    {
        CheckpointKind.StableDiffusion1 => new(kind, TwoLevels(channels, classes, 8, linear: false, 64), [Text(quick: true, null)]),
        CheckpointKind.StableDiffusion2 => new(kind, TwoLevels(channels, classes, null, linear: true, 96), [Text(quick: false, null)]),
        CheckpointKind.StableDiffusionXl => new(kind, ThreeLevels(channels, 128, last: true, 6), [Text(quick: true, null), Text(quick: false, Pooled)]),
        _ => new(kind, ThreeLevels(channels, 64, last: false, 5), [Text(quick: false, Pooled)]),
    };

    /// <summary>All of it in one file, as its makers published it, with their remains of training.</summary>
    public TensorFile Single(bool text = true, bool vae = true)
    {
        var file = OriginalNames.Behind("model.diffusion_model.", OriginalUnet());
        file["betas"] = TensorFile.Random(1, 1000);
        file["alphas_cumprod"] = TensorFile.Random(2, 1000);
        file["model_ema.decay"] = TensorFile.Random(3);
        file["model_ema.diffusion_modelinput_blocks00weight"] = TensorFile.Random(4, 8, 8);
        file.With(vae ? OriginalNames.Behind("first_stage_model.", OriginalNames.Vae(VaeTensors)) : []);
        return text ? file.With(OriginalTexts()) : file;
    }

    /// <summary>A ControlNet for the model, in diffusers' names.</summary>
    public (ControlNetConfig Config, TensorFile Tensors) ControlNet()
    {
        var config = new ControlNetConfig { Unet = Unet, PictureChannels = 3, PictureWidths = [8, 12, 16, 24], BlueFirst = false };
        return (config, Planned(plan => ControlNetGraph.Write(config, plan)));
    }

    public TensorFile OriginalUnet() => OriginalNames.Unet(UnetTensors);

    private TensorFile OriginalTexts() => Kind switch
    {
        CheckpointKind.StableDiffusion1 => OriginalNames.Behind("cond_stage_model.transformer.", TextTensors[0]),
        CheckpointKind.StableDiffusion2 => OriginalNames.Behind("cond_stage_model.model.", OriginalNames.OpenClipText(TextTensors[0], Texts[0].Layers, unusedLayer: true)),
        CheckpointKind.StableDiffusionXl => OriginalNames.Behind("conditioner.embedders.0.transformer.", TextTensors[0])
            .With(OriginalNames.Behind("conditioner.embedders.1.model.", OriginalNames.OpenClipText(TextTensors[1], Texts[1].Layers, unusedLayer: false))),
        _ => OriginalNames.Behind("conditioner.embedders.0.model.", OriginalNames.OpenClipText(TextTensors[0], Texts[0].Layers, unusedLayer: false)),
    };

    private static TensorFile Planned(Action<WeightPlan> write, string prefix = "")
    {
        using var plan = new WeightPlan(Path.GetFullPath("plan"), WeightType.Float32);
        write(plan);
        var file = TensorFile.Random(plan);
        return prefix.Length == 0 ? file : Prefixed(prefix, file);
    }

    // A plan says of no name that it is there, so that text encoders leave the inner prefix out; published files have it.
    private static TensorFile Prefixed(string prefix, TensorFile file)
    {
        var prefixed = new TensorFile();
        foreach (var (name, tensor) in file)
        {
            prefixed[name == "text_projection.weight" ? name : prefix + name] = tensor;
        }

        return prefixed;
    }

    private static UnetConfig TwoLevels(int channels, UnetClasses classes, int? heads, bool linear, int sampleSize) => Base(channels) with
    {
        SampleSize = sampleSize,
        Levels = [new(64, 1, heads ?? 1, 1, true, true, false), new(128, 1, heads ?? 2, 1, false, false, false)],
        LinearProjection = linear,
        Classes = classes,
        ClassWidth = classes switch
        {
            UnetClasses.Table => 10,
            UnetClasses.Projection => 80,
            _ => 256,
        },
    };

    private static UnetConfig ThreeLevels(int channels, int context, bool last, int numbers) => Base(channels) with
    {
        SampleSize = 128,
        ContextWidth = context,
        Levels = [new(32, 2, 1, 1, false, false, false), new(64, 2, 1, 1, true, true, false), new(128, 2, 2, 3, last, last, false)],
        LinearProjection = true,
        SizeWidth = 32,
        AdditionWidth = Pooled + (numbers * 32),
        ClassWidth = 128,
    };

    private static UnetConfig Base(int channels) => new()
    {
        InChannels = channels, OutChannels = 4, SampleSize = 64, ContextWidth = 64, Levels = [], MiddleAttention = true, MiddleOnlyCrossAttention = false, LinearProjection = true,
        Groups = 32, Epsilon = 1e-5f, CosineFirst = true, FrequencyShift = 0, PadAllSides = true, InKernel = 3, OutKernel = 3, GuidanceWidth = null,
        Classes = UnetClasses.None, ClassWidth = 0, SizeWidth = null, AdditionWidth = 0,
    };

    private static ClipTextConfig Text(bool quick, int? projection) => new()
    {
        Vocabulary = 50, Tokens = 77, Width = 64, InnerWidth = 96, Layers = 2, Heads = 1, QuickGelu = quick, Epsilon = 1e-5f, EndToken = 49, Projection = projection,
    };
}
