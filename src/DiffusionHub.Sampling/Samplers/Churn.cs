using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Samplers;

/// <summary>
/// The stochastic part of Karras et al. 2022, algorithm 2: before a step, noise is added up to a higher σ̂ = σ·(1 + γ). It draws noise
/// at every step, also where γ is 0, as k-diffusion does.
/// </summary>
/// <param name="Amount">S_churn: γ = min(S_churn/N, √2 − 1).</param>
/// <param name="Lowest">S_tmin: no churn below this σ.</param>
/// <param name="Highest">S_tmax: no churn above this σ.</param>
/// <param name="Scale">S_noise: standard deviation of the noise.</param>
public sealed record Churn(double Amount, double Lowest = 0, double Highest = double.PositiveInfinity, double Scale = 1)
{
    internal NoiseLevel Apply(in NoiseLevel from, SamplingPlan plan, IStepNoise noise, Span<float> fresh, Span<float> x)
    {
        var gamma = from.Sigma >= Lowest && from.Sigma <= Highest ? Math.Min(Amount / plan.Steps.Count, Math.Sqrt(2) - 1) : 0;
        var raised = from.Sigma * (1 + gamma);
        noise.Fill(raised, from.Sigma, fresh);
        if (gamma == 0)
        {
            return from;
        }

        Combination.Add(x, Math.Sqrt((raised * raised) - (from.Sigma * from.Sigma)) * Scale, fresh);
        return plan.Levels.AtSigma(raised);
    }
}
