using DiffusionHub.Sampling.Curves;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

/// <summary>The parts of a configuration that many classes share.</summary>
internal static class SettingsReading
{
    private static readonly string[] CurveKeys = ["use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"];

    public static TrainingProcess Process(this SchedulerSettings settings)
    {
        var length = settings.Int("num_train_timesteps", 1, 1_000_000);
        var betas = settings.Numbers("trained_betas") is { } trained ? [.. trained.Select(b => (float)b)] : Betas(settings, length);
        if (betas.Length == 0 || betas.Any(beta => beta is not (>= 0 and < 1)))
        {
            var key = settings.Numbers("trained_betas") is null ? "beta_start and beta_end" : "trained_betas";
            throw new SchedulerConfigException($"{key}: every β must be from 0 to below 1, and there must be at least one.");
        }

        if (settings.Knows("rescale_betas_zero_snr") && settings.Bool("rescale_betas_zero_snr"))
        {
            BetaSchedule.RescaleToZeroSnr(betas);
        }

        return new TrainingProcess(betas);
    }

    public static PredictionType Prediction(this SchedulerSettings settings, params ReadOnlySpan<string> known) =>
        settings.Word("prediction_type", known.Length > 0 ? known : ["epsilon", "sample", "v_prediction"]) switch
        {
            "epsilon" => PredictionType.Epsilon,
            "v_prediction" => PredictionType.Velocity,
            "flow_prediction" => PredictionType.Flow,
            _ => PredictionType.Sample,
        };

    public static TimestepSpacing Spacing(this SchedulerSettings settings) => settings.Word("timestep_spacing", "leading", "trailing", "linspace") switch
    {
        "leading" => TimestepSpacing.Leading,
        "trailing" => TimestepSpacing.Trailing,
        _ => TimestepSpacing.Linspace,
    };

    /// <summary>The curve that the request or the configuration asks for; null: none.</summary>
    public static ISigmaCurve? Curve(this SchedulerSettings settings, RecipeOptions options, TrainingProcess? process)
    {
        if (options.Curve is { } name)
        {
            var known = KnownCurves.Named(name);
            return process is null && known.NeedsProcess
                ? throw new SchedulerConfigException($"The schedule {known.Name} needs training timesteps, which {settings.ClassName} does not have.")
                : known.Create(process!);
        }

        string[] chosen = [.. CurveKeys.Where(settings.Knows).Where(settings.Bool)];
        return chosen switch
        {
            [] => null,
            ["use_karras_sigmas"] => new KarrasCurve(),
            ["use_exponential_sigmas"] => new ExponentialCurve(),
            ["use_beta_sigmas"] => new BetaCurve(),
            _ => throw new SchedulerConfigException($"Only one of {string.Join(", ", chosen)} can be true."),
        };
    }

    /// <summary>The same for a class without a discrete training process, on which some curves need one.</summary>
    public static ISigmaCurve? CurveWithoutProcess(this SchedulerSettings settings, RecipeOptions options) => settings.Curve(options, process: null);

    /// <summary>Thresholding or clipping; null where neither is on.</summary>
    public static IEstimateLimit? Limit(this SchedulerSettings settings, RecipeOptions options)
    {
        if (settings.Knows("thresholding") && settings.Bool("thresholding"))
        {
            return new DynamicThreshold(settings.Double("dynamic_thresholding_ratio"), settings.Double("sample_max_value"), options.Pictures);
        }

        return settings.Knows("clip_sample") && settings.Bool("clip_sample") ? new Clip((float)settings.Double("clip_sample_range")) : null;
    }

    /// <summary>Makes the denoiser of a network, with the limit around it.</summary>
    public static Func<IPredictor, IDenoiser> Denoiser(PredictionType type, IEstimateLimit? limit = null) => limit is null
        ? predictor => new PredictionDenoiser(type, predictor)
        : predictor => new LimitedDenoiser(new PredictionDenoiser(type, predictor), limit);

    /// <summary>Noise along one Brownian motion over the whole process, so that more steps follow the same path.</summary>
    public static Func<long, int, IStepNoise> Brownian(TrainingProcess process) =>
        (seed, pictures) => new BrownianNoise(seed, process.Sigmas[0], process.Sigmas[^1], pictures);

    private static float[] Betas(SchedulerSettings settings, int length)
    {
        var (start, end) = (settings.Double("beta_start"), settings.Double("beta_end"));
        string[] known = settings.ClassName switch
        {
            "DDPMScheduler" => ["linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid", "laplace"],
            "HeunDiscreteScheduler" => ["linear", "scaled_linear", "squaredcos_cap_v2", "exp"],
            _ => ["linear", "scaled_linear", "squaredcos_cap_v2"],
        };
        return settings.Word("beta_schedule", known) switch
        {
            "linear" => BetaSchedule.Linear(start, end, length),
            "scaled_linear" => BetaSchedule.ScaledLinear(start, end, length),
            "squaredcos_cap_v2" => BetaSchedule.SquaredCosine(length),
            "sigmoid" => BetaSchedule.Sigmoid(start, end, length),
            "laplace" => BetaSchedule.Laplace(length),
            _ => BetaSchedule.Exponential(length),
        };
    }
}
