using DiffusionHub.Sampling.Curves;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Schedulers;

internal static class EulerDiscreteScheduler
{
    public static SchedulerClass Class { get; } = new(
        "EulerDiscreteScheduler",
        Keys.Process().Spaced("linspace").Curved()
            .With("interpolation_type", "linear")
            .With("sigma_min", null)
            .With("sigma_max", null)
            .With("timestep_type", "discrete")
            .With("rescale_betas_zero_snr", false)
            .With("final_sigmas_type", "zero"),
        Build) { TakesCurves = true };

    private static SamplingRecipe Build(SchedulerSettings settings, RecipeOptions options)
    {
        var process = settings.Process();
        var prediction = settings.Prediction("epsilon", "v_prediction", "sample", "original_sample");
        var conventions = settings.KDiffusion() with
        {
            SigmaMax = settings.OptionalDouble("sigma_max"),
            SigmaMin = settings.OptionalDouble("sigma_min"),
            ContinuousTimesteps = settings.Word("timestep_type", "discrete", "continuous") == "continuous" && prediction == PredictionType.Velocity,
            Final = settings.EndsClean() ? FinalLevel.Clean : FinalLevel.TableEnd,
        };
        var curve = settings.Curve(options, process);
        if (settings.Word("interpolation_type", "linear", "log_linear") == "log_linear")
        {
            // N + 1 levels over the whole process for N steps: the last step ends at the lowest of them.
            conventions = conventions with
            {
                CurveSpansTable = true,
                CurveKeepsTimesteps = curve is null,
                Final = curve is null ? FinalLevel.TableEnd : conventions.Final,
            };
            curve ??= new LogLinearCurve(process);
        }

        return new SamplingRecipe(new Euler(), new DiscreteSchedule(process, conventions, curve), SettingsReading.Denoiser(prediction));
    }
}
