using DiffusionHub.Sampling.Curves;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

/// <summary>What the EDM schedulers read alike.</summary>
internal static class EdmKeys
{
    public static EdmSchedule EdmSchedule(this SchedulerSettings settings, RecipeOptions options, Func<int, int, int>? maxOrder = null) => new(
        settings.Int("num_train_timesteps", 1),
        settings.Double("sigma_min"),
        settings.Double("sigma_max"),
        Curve(settings, options),
        settings.EndsClean(),
        maxOrder);

    public static Func<IPredictor, IDenoiser> EdmDenoiser(this SchedulerSettings settings)
    {
        var sigma = settings.Double("sigma_data");
        var negated = settings.Word("prediction_type", "epsilon", "v_prediction") == "v_prediction";
        return predictor => new EdmDenoiser(predictor, sigma, negated);
    }

    private static ISigmaCurve Curve(SchedulerSettings settings, RecipeOptions options) =>
        settings.CurveWithoutProcess(options)
        ?? (settings.Word("sigma_schedule", "karras", "exponential") == "karras" ? new KarrasCurve(settings.Double("rho")) : new ExponentialCurve(rising: true));
}
