using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Guidance;

/// <summary>Classifier-free guidance (Ho and Salimans 2022): a network's answers to two prompts, mixed by a scale that may depend on the noise level.</summary>
/// <param name="prompts">The network with both prompts.</param>
/// <param name="scale">The scale.</param>
/// <param name="rule">How the answers are mixed; null: linearly.</param>
public sealed class ClassifierFreeGuidance(IPromptPair prompts, IGuidanceScale scale, IGuidanceRule? rule = null)
{
    /// <summary>
    /// The guided denoiser. The answers are mixed as the network gives them, before <paramref name="denoiser"/> makes an estimate of the
    /// picture from them and bounds it; the scale is that of the noise level at which the sampler asks.
    /// </summary>
    /// <param name="denoiser">Makes a network's denoiser, such as <see cref="Schedulers.SamplingRecipe.Denoiser"/>.</param>
    public IDenoiser Denoiser(Func<IPredictor, IDenoiser> denoiser)
    {
        var mixed = new Mixed(prompts, rule ?? new LinearRule());
        return new Guided(denoiser(mixed), mixed, scale);
    }

    private sealed class Guided(IDenoiser inner, Mixed mixed, IGuidanceScale scale) : IDenoiser
    {
        public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0)
        {
            mixed.Scale = scale.At(level);
            inner.Denoise(x, level, x0);
        }
    }

    private sealed class Mixed(IPromptPair prompts, IGuidanceRule rule) : IPredictor
    {
        public double Scale { get; set; }

        public void Predict(ReadOnlySpan<float> input, float timestep, Span<float> output)
        {
            var guided = Scale != 1;
            prompts.Predict(input, timestep, guided, out var negative, out var positive);
            if (guided)
            {
                rule.Mix(negative, positive, Scale, output);
            }
            else
            {
                positive.CopyTo(output);
            }
        }
    }
}
