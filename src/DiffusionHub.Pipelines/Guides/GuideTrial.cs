using System.Numerics.Tensors;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Guides;

/// <summary>Tries a guide on a grey picture, as an import does.</summary>
internal static class GuideTrial
{
    private const int Side = 64;
    private const float Timestep = 500;

    /// <summary>The largest number of its gradient, NaN or infinite where one is.</summary>
    /// <exception cref="Folders.ModelFolderException">It cannot be used.</exception>
    /// <exception cref="UnfitRequestException">It has no text encoder that works, or no class.</exception>
    /// <exception cref="Inference.InferenceException">Its graph cannot be run.</exception>
    public static float Run(string path)
    {
        var guide = GuideFolder.Read(path);
        var choice = new GuideChoice(path) { Target = guide.Kind == GuideKind.Clip ? "a" : guide.Classes > 0 ? "0" : null };
        return guide.Noisy is { } noisy ? OfState(guide, choice, new LatentShape(1, noisy.InChannels, noisy.Side, noisy.Side)) : OfPicture(guide, choice);
    }

    private static float OfState(GuideFolder guide, GuideChoice choice, LatentShape shape)
    {
        using var classifier = new NoisyClassifier(guide.Load(), shape, PictureLosses.OneHot(guide, choice));
        var gradient = new float[shape.Length];
        classifier.Gradient(new float[shape.Length], Timestep, gradient);
        return TensorPrimitives.MaxMagnitude<float>(gradient);
    }

    private static float OfPicture(GuideFolder guide, GuideChoice choice)
    {
        using var loss = PictureLosses.Load(guide, choice, "", cutouts: 1);
        var gradient = new float[3 * Side * Side];
        var value = loss.Evaluate(new float[gradient.Length], 1, Side, Side, gradient, new GeneratorNoise(new TorchCpuNoise(0)));
        return (float)value + TensorPrimitives.MaxMagnitude<float>(gradient);
    }
}
