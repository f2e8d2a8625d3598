using DiffusionHub.Sampling.Curves;

namespace DiffusionHub.Sampling.Schedulers;

/// <summary>All samplers by their names for people.</summary>
public static class KnownSamplers
{
    private const string Sde = """{ "algorithm_type": "sde-dpmsolver++", "solver_type": "midpoint" }""";

    /// <summary>The samplers, for networks trained on a discrete process first.</summary>
    public static IReadOnlyList<KnownSampler> All { get; } =
    [
        new("DDIM", DdimScheduler.Class) { Order = 1, Calls = 1, Steps = (1, 50), Source = "Song et al. 2020" },
        new("DDPM", DdpmScheduler.Class) { Order = 1, Calls = 1, Stochastic = true, Steps = (50, 1000), Source = "Ho et al. 2020" },
        new("Euler", EulerDiscreteScheduler.Class) { Order = 1, Calls = 1, Steps = (1, 30), Source = "Karras et al. 2022" },
        new("Euler a", EulerAncestralDiscreteScheduler.Class) { Order = 1, Calls = 1, Stochastic = true, Steps = (1, 40), Source = "Song et al. 2021" },
        new("Heun", HeunDiscreteScheduler.Class) { Order = 2, Calls = 2, Steps = (8, 30), Source = "Karras et al. 2022" },
        new("LMS", LmsDiscreteScheduler.Class) { Order = 4, Calls = 1, Steps = (15, 50), Source = "Crowson, k-diffusion 2022" },
        new("DPM2", Kdpm2DiscreteScheduler.Class) { Order = 2, Calls = 2, Steps = (8, 30), Source = "Lu et al. 2022a" },
        new("DPM2 a", Kdpm2AncestralDiscreteScheduler.Class) { Order = 2, Calls = 2, Stochastic = true, Steps = (10, 40), Source = "Lu et al. 2022a" },
        new("DPM++ 2M", DpmSolverMultistepScheduler.Class, """{ "algorithm_type": "dpmsolver++", "solver_order": 2 }""") { Order = 2, Calls = 1, Steps = (6, 30), Source = "Lu et al. 2022b" },
        new("DPM++ 3M", DpmSolverMultistepScheduler.Class, """{ "algorithm_type": "dpmsolver++", "solver_order": 3 }""") { Order = 2, Calls = 1, Steps = (10, 30), Source = "Lu et al. 2022b" },
        new("DPM++ 2M SDE", DpmSolverMultistepScheduler.Class, Sde) { Order = 2, Calls = 1, Stochastic = true, Steps = (10, 40), Source = "Lu et al. 2022b" },
        new("DPM++ 2M SDE Heun", DpmSolverMultistepScheduler.Class, """{ "algorithm_type": "sde-dpmsolver++", "solver_type": "heun" }""") { Order = 2, Calls = 1, Stochastic = true, Steps = (10, 40), Source = "Lu et al. 2022b" },
        new("DPM++ 3M SDE", KDiffusionScheduler.Class, """{ "sampler": "dpmpp_3m_sde" }""") { Order = 2, Calls = 1, Stochastic = true, Steps = (20, 60), Source = "Crowson, k-diffusion 2023" },
        new("DPM++ 2S", DpmSolverSinglestepScheduler.Class, """{ "algorithm_type": "dpmsolver++", "solver_order": 2 }""") { Order = 2, Calls = 1, Steps = (8, 30), Source = "Lu et al. 2022b" },
        new("DPM++ 2S a", KDiffusionScheduler.Class, """{ "sampler": "dpmpp_2s_ancestral" }""") { Order = 2, Calls = 2, Stochastic = true, Steps = (10, 40), Source = "Lu et al. 2022b" },
        new("DPM++ SDE", DpmSolverSdeScheduler.Class) { Order = 2, Calls = 2, Stochastic = true, Steps = (6, 30), Source = "Lu et al. 2022b" },
        new("DPM-Solver", DpmSolverMultistepScheduler.Class, """{ "algorithm_type": "dpmsolver", "final_sigmas_type": "sigma_min" }""") { Order = 2, Calls = 1, Steps = (10, 30), Source = "Lu et al. 2022a" },
        new("DPM fast", KDiffusionScheduler.Class, """{ "sampler": "dpm_fast" }""") { Order = 3, Calls = 1, Steps = (15, 50), Source = "Lu et al. 2022a" },
        new("DPM adaptive", KDiffusionScheduler.Class, """{ "sampler": "dpm_adaptive" }""") { Order = 3, Calls = 0, Steps = (1, 1), Source = "Lu et al. 2022a" },
        new("DEIS", DeisMultistepScheduler.Class) { Order = 2, Calls = 1, Steps = (6, 30), Source = "Zhang and Chen 2023" },
        new("UniPC", UniPcMultistepScheduler.Class) { Order = 3, Calls = 1, Steps = (5, 25), Source = "Zhao et al. 2023" },
        new("PLMS", PndmScheduler.Class, """{ "skip_prk_steps": true }""") { Order = 2, Calls = 1, Steps = (20, 50), Source = "Liu et al. 2022" },
        new("PNDM", PndmScheduler.Class, """{ "skip_prk_steps": false }""") { Order = 2, Calls = 1, Steps = (20, 50), Source = "Liu et al. 2022" },
        new("LCM", LcmScheduler.Class) { Order = 1, Calls = 1, Stochastic = true, Steps = (1, 8), Source = "Luo et al. 2023" },
        new("TCD", TcdScheduler.Class) { Order = 1, Calls = 1, Stochastic = true, Steps = (1, 20), Source = "Zheng et al. 2024" },
        new("iPNDM", IpndmScheduler.Class) { Order = 2, Calls = 1, Steps = (10, 50), Source = "Zhang and Chen 2023" },
        new("EDM Euler", EdmEulerScheduler.Class) { Order = 1, Calls = 1, Steps = (20, 50), Source = "Karras et al. 2022" },
        new("EDM DPM++ 2M", EdmDpmSolverMultistepScheduler.Class) { Order = 2, Calls = 1, Steps = (10, 30), Source = "Lu et al. 2022b" },
        new("Flow Euler", FlowMatchEulerDiscreteScheduler.Class) { Order = 1, Calls = 1, Steps = (4, 50), Source = "Lipman et al. 2023" },
        new("Flow Euler stochastic", FlowMatchEulerDiscreteScheduler.Class, """{ "stochastic_sampling": true }""") { Order = 1, Calls = 1, Stochastic = true, Steps = (4, 50), Source = "Lipman et al. 2023" },
        new("Flow Heun", FlowMatchHeunDiscreteScheduler.Class) { Order = 2, Calls = 2, Steps = (10, 30), Source = "Lipman et al. 2023" },
    ];

    /// <summary>The samplers for a network whose own configuration has class <paramref name="own"/>: those of the same kind of process.</summary>
    public static IReadOnlyList<KnownSampler> For(SchedulerClass own)
    {
        ArgumentNullException.ThrowIfNull(own);
        return [.. All.Where(s => s.Class.Process == own.Process)];
    }

    /// <summary>The sampler that a configuration itself means; null where no name stands for it.</summary>
    public static KnownSampler? Of(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return All.FirstOrDefault(s => s.Class == config.Class && s.Set.All(pair => config.Says(pair.Key, pair.Value)));
    }

    /// <summary>The sampler named <paramref name="name"/>, in any case.</summary>
    /// <exception cref="SchedulerConfigException">There is none; the message lists those that are.</exception>
    public static KnownSampler Named(string name) => Find(name).Sampler;

    /// <summary>The sampler and schedule of a name such as "DPM++ 2M Karras", in any case; no schedule where the name has none.</summary>
    /// <exception cref="SchedulerConfigException">There is no such sampler; the message lists those that are.</exception>
    public static (KnownSampler Sampler, string? Curve) Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (All.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } sampler)
        {
            return (sampler, null);
        }

        foreach (var curve in KnownCurves.All)
        {
            var split = name.Length - curve.Name.Length - 1;
            if (split > 0 && name.EndsWith(' ' + curve.Name, StringComparison.OrdinalIgnoreCase)
                && All.FirstOrDefault(s => s.TakesCurves && name.AsSpan(0, split).Equals(s.Name, StringComparison.OrdinalIgnoreCase)) is { } with)
            {
                return (with, curve.Name);
            }
        }

        throw new SchedulerConfigException($"There is no sampler {name}. Known: {string.Join(", ", All.Select(s => s.Name))}.");
    }
}
