using System.Globalization;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Graphs.GuidedDiffusion;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Guides;

/// <summary>Holds a request's guide against what can be done with it.</summary>
internal static class GuideFit
{
    /// <summary>Largest factor of a gradient, either way: beyond it nothing of the model is left.</summary>
    public const double LargestScale = 1000;

    private const string Field = "guide";

    /// <summary>Reads the guide.</summary>
    /// <exception cref="UnfitRequestException">It cannot be used, or its scale is out of range.</exception>
    public static GuideFolder Read(GuideChoice choice) => Math.Abs(choice.Scale) <= LargestScale
        ? Refusing(() => GuideFolder.Read(choice.Path))
        : throw Refusal(GuideTexts.BadScale, choice.Scale, -LargestScale, LargestScale);

    /// <summary>Refuses a classifier of noisy states that were of another model's kind.</summary>
    /// <exception cref="UnfitRequestException">It takes other channels or only other sides.</exception>
    public static void CheckStates(GuideFolder guide, GuideChoice choice, LatentShape shape)
    {
        var config = guide.Noisy!;
        if (config.InChannels != shape.Channels)
        {
            throw Refusal(GuideTexts.OtherChannels, choice.Name, config.InChannels, shape.Channels);
        }

        if (config.Pool == EncoderPool.Attention && (shape.Height != config.Side || shape.Width != config.Side))
        {
            throw Refusal(GuideTexts.OtherSides, choice.Name, config.Side, shape.Width, shape.Height);
        }
    }

    /// <summary>A fault of the guide's files as one of the request.</summary>
    public static T Refusing<T>(Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception fault) when (fault is ModelFolderException or ModelFileException)
        {
            throw new UnfitRequestException(Field, fault.Message);
        }
    }

    public static UnfitRequestException Refusal(string text, params object[] values) => new(Field, string.Format(CultureInfo.InvariantCulture, text, values));
}
