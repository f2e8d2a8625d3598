using System.Text.Json;
using DiffusionHub.Sampling.Curves;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

/// <summary>
/// The samplers and schedules of the k-diffusion library by their names there, for denoisers that take σ itself: its states have α = 1,
/// and no timesteps.
/// </summary>
public static class KDiffusion
{
    private static readonly string[] Churned = ["s_churn", "s_tmin", "s_tmax", "s_noise"];

    private static readonly Named<ISampler>[] Known =
    [
        new("euler", Churned, o => new Euler(Churn(o))),
        new("euler_ancestral", ["eta"], o => new EulerAncestral(o.Number("eta", 1))),
        new("heun", Churned, o => new Heun(Churn(o))),
        new("dpm_2", Churned, o => new Dpm2(Churn(o))),
        new("dpm_2_ancestral", ["eta"], o => new Dpm2Ancestral(o.Number("eta", 1))),
        new("lms", ["order"], o => new Lms(o.Whole("order", 4, 1, 8))),
        new("dpmpp_2s_ancestral", ["eta"], o => new DpmPlusPlus2SAncestral(o.Number("eta", 1))),
        new("dpmpp_sde", ["eta"], o => new DpmPlusPlusSde(o.Number("eta", 1))),
        new("dpmpp_2m", [], _ => new DpmPlusPlusMultistep()),
        new("dpmpp_2m_sde", ["eta", "solver_type"], o => new DpmPlusPlusMultistep(2, o.Number("eta", 1), Term(o))),
        new("dpmpp_3m_sde", ["eta"], o => new DpmPlusPlusMultistep(3, o.Number("eta", 1), SecondOrderTerm.Heun)),
        new("dpm_fast", ["eta"], o => new DpmFast(o.Number("eta", 0))),
        new("dpm_adaptive", ["order", "rtol", "atol"], o => new DpmAdaptive(o.Whole("order", 3, 2, 3), o.Number("rtol", 0.05), o.Number("atol", 0.0078))),
    ];

    private static readonly Named<ISigmaCurve>[] KnownSchedules =
    [
        new("karras", ["rho"], o => new KarrasCurve(o.Number("rho", 7))),
        new("exponential", [], _ => new ExponentialCurve()),
        new("polyexponential", ["rho"], o => new PolyexponentialCurve(o.Number("rho", 1))),
    ];

    /// <summary>Names of the samplers.</summary>
    public static IReadOnlyList<string> Samplers { get; } = [.. Known.Select(known => known.Name)];

    /// <summary>Names of the schedules.</summary>
    public static IReadOnlyList<string> Schedules { get; } = [.. KnownSchedules.Select(known => known.Name)];

    /// <summary>The sampler of <c>sample_{name}</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">Its arguments, a JSON object; those that are absent have k-diffusion's defaults.</param>
    /// <exception cref="SchedulerConfigException">There is no such sampler or argument, or a value cannot be; the message names it and what is known.</exception>
    public static ISampler Sampler(string name, JsonElement options) => Find(Known, "sampler", name, options);

    /// <summary>The schedule of <c>get_sigmas_{name}</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="SchedulerConfigException">There is no such schedule; the message lists those that are.</exception>
    public static ISigmaCurve Schedule(string name) => Find(KnownSchedules, "schedule", name, default);

    /// <summary>The plan that walks through noise levels of one's own choice.</summary>
    /// <param name="sigmas">Two or more σ, falling; only the last may be 0.</param>
    /// <exception cref="ArgumentException">They are too few, or do not fall; the message names the first that is wrong.</exception>
    public static SamplingPlan Plan(IReadOnlyList<double> sigmas)
    {
        ArgumentNullException.ThrowIfNull(sigmas);
        if (sigmas.Count < 2)
        {
            throw new ArgumentException($"A plan needs two noise levels or more, but there are {sigmas.Count}.", nameof(sigmas));
        }

        var steps = new SamplingStep[sigmas.Count - 1];
        for (var i = 0; i < steps.Length; i++)
        {
            var (from, to) = (sigmas[i], sigmas[i + 1]);
            if (!double.IsFinite(from) || !(to >= 0 && to < from))
            {
                throw new ArgumentException($"Noise levels must fall and be 0 or more, but after {from} comes {to}.", nameof(sigmas));
            }

            // No method of higher order goes to σ = 0: its step in ln σ would be infinite.
            steps[i] = new SamplingStep(Level(from), Level(to), to > 0 ? int.MaxValue : 1);
        }

        return new SamplingPlan(steps, sigmas[0], new ContinuousLevels(Level, _ => throw new NotSupportedException("These noise levels have no timesteps.")));
    }

    private static NoiseLevel Level(double sigma) => new(1, sigma, 0);

    private static T Find<T>(Named<T>[] all, string kind, string name, JsonElement options)
    {
        var known = all.FirstOrDefault(known => known.Name == name)
            ?? throw new SchedulerConfigException($"k-diffusion has no {kind} {name}. Known: {string.Join(", ", all.Select(k => k.Name).Order(StringComparer.Ordinal))}.");
        return known.Create(new KDiffusionOptions(name, options, known.Arguments));
    }

    private static Churn? Churn(KDiffusionOptions options)
    {
        var amount = options.Number("s_churn", 0);
        return amount == 0 ? null : new Churn(amount, options.Number("s_tmin", 0), options.Number("s_tmax", double.PositiveInfinity), options.Number("s_noise", 1));
    }

    private static SecondOrderTerm Term(KDiffusionOptions options) =>
        options.Word("solver_type", "midpoint", "heun") == "heun" ? SecondOrderTerm.Heun : SecondOrderTerm.Midpoint;

    private sealed record Named<T>(string Name, string[] Arguments, Func<KDiffusionOptions, T> Create);
}
