using DiffusionHub.Imaging;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>A run that shows whether a model works: whatever it needs is given to it.</summary>
/// <param name="Model">The model.</param>
/// <param name="Size">Size of the picture.</param>
/// <param name="Steps">Sampling steps.</param>
/// <param name="Guidance">Guidance scale.</param>
/// <param name="WithPicture">Whether it gets a picture and a mask also where it can do without.</param>
internal sealed record Try(ModelDescription Model, (int Width, int Height) Size, int Steps, double Guidance, bool WithPicture)
{
    private const byte Grey = 128;
    private const byte White = 255;

    public PictureRequest Request()
    {
        var enlarged = Can(KnownTasks.Upscaling);
        var masked = Can(KnownTasks.Inpainting) && (WithPicture || !Can(KnownTasks.TextToImage));
        return new PictureRequest
        {
            Prompt = Model.WithoutPrompt ? "" : CatalogueTexts.Prompt,
            Seed = 1,
            Steps = Steps,
            Guidance = Guidance,
            Width = Size.Width,
            Height = Size.Height,
            Init = enlarged ? Plain(Grey, Model.UpscaleFactor ?? 1) : masked || NeedsPicture() ? Plain(Grey) : null,
            Mask = masked ? Plain(White) : null,
            Map = Can(KnownTasks.SemanticToImage) ? Plain(0) : null,
            Depth = Can(KnownTasks.DepthToImage) && !Model.EstimatesDepth ? new DepthChoice(new float[Size.Width * Size.Height], Size.Height, Size.Width) : null,
            NoiseLevel = Model.DefaultNoiseLevel,
            ClassLabel = Can(KnownTasks.ClassToImage) ? 0 : null,
            Strength = 1,
        };
    }

    private bool Can(string task) => Model.Tasks.Contains(task);

    private bool NeedsPicture() => (WithPicture && Can(KnownTasks.ImageToImage)) || !(Can(KnownTasks.TextToImage) || Can(KnownTasks.Unconditional) || Can(KnownTasks.ClassToImage) || Can(KnownTasks.SemanticToImage));

    private RgbImage Plain(byte value, int smaller = 1)
    {
        var (width, height) = (Size.Width / smaller, Size.Height / smaller);
        var pixels = new byte[width * height * 3];
        Array.Fill(pixels, value);
        return new RgbImage(width, height, pixels);
    }
}
