using DiffusionHub.Sampling.Curves;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class DpmSolverMultistepScheduler
{
    public static SchedulerClass Class { get; } = new(
        "DPMSolverMultistepScheduler",
        Keys.Process().Spaced("linspace").Curved().Thresholded().Flowing()
            .With("solver_order", 2)
            .With("algorithm_type", "dpmsolver++")
            .With("solver_type", "midpoint")
            .With("lower_order_final", true)
            .With("euler_at_final", false)
            .With("use_lu_lambdas", false)
            .With("final_sigmas_type", "zero")
            .With("lambda_min_clipped", null)
            .With("variance_type", null)
            .With("rescale_betas_zero_snr", false),
        Build) { TakesCurves = true };

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        var clean = settings.EndsClean();
        var maxOrder = StagedConventions.MaxOrder(settings.Bool("lower_order_final"), clean || settings.Bool("euler_at_final"));
        return new SamplingRecipe(
            Sampler(settings, clean),
            settings.Bool("use_flow_sigmas") ? settings.SolverFlow(options, maxOrder, clean) : Discrete(settings, options, maxOrder, clean),
            SettingsReading.Denoiser(settings.Prediction("epsilon", "v_prediction", "sample", "flow_prediction"), settings.Limit(options)));
    }

    private static ISampler Sampler(SchedulerSettings settings, bool clean)
    {
        var (order, term) = (settings.Int("solver_order", 1, 3), settings.Term());
        var algorithm = settings.Algorithm("dpmsolver", "dpmsolver++", "sde-dpmsolver", "sde-dpmsolver++");
        SolverKeys.CheckEnd(algorithm, clean);
        return algorithm switch
        {
            "dpmsolver++" => new DpmPlusPlusMultistep(order, 0, term),
            "sde-dpmsolver++" => new DpmPlusPlusMultistep(order, 1, term, ThirdOrderTerm.Diffusers),
            "dpmsolver" => new DpmSolverMultistep(order, stochastic: false, term),
            _ => order < 3 ? new DpmSolverMultistep(order, stochastic: true, term) : throw new SchedulerConfigException("solver_order is 3, but with algorithm_type \"sde-dpmsolver\" must be 1 or 2."),
        };
    }

    private static DiscreteSchedule Discrete(SchedulerSettings settings, RecipeOptions options, Func<int, int, int> maxOrder, bool clean)
    {
        var process = settings.Process();
        var lu = settings.Bool("use_lu_lambdas");
        var curve = settings.Curve(options, process) ?? (lu ? new ExponentialCurve() : null);
        var conventions = settings.DpmSolver(settings.ClippedLength(process)) with
        {
            Final = clean ? FinalLevel.Clean : FinalLevel.TableEnd,
            MaxOrder = maxOrder,
        };
        if (lu || settings.Bool("use_karras_sigmas"))
        {
            conventions = conventions with { CurveTimesteps = settings.Text("beta_schedule") == "squaredcos_cap_v2" ? TimestepRounding.Down : TimestepRounding.Nearest };
        }

        return new DiscreteSchedule(process, conventions, curve);
    }
}
