using System.Text.Json;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Schedulers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Inversion;

/// <summary>
/// The levels that EDICT was published with, on a model's own training process: DDIM's whole timesteps i·(T/N) from 0, ending at ᾱ₀ instead of
/// without any noise, whatever the model's own scheduler does.
/// </summary>
public sealed class InversionSchedule
{
    private static readonly Dictionary<string, JsonElement> Published = new(StringComparer.Ordinal)
    {
        ["timestep_spacing"] = JsonElement.Parse("\"leading\""),
        ["steps_offset"] = JsonElement.Parse("0"),
        ["set_alpha_to_one"] = JsonElement.Parse("false"),
        ["clip_sample"] = JsonElement.Parse("false"),
        ["thresholding"] = JsonElement.Parse("false"),
    };

    /// <param name="config">The model's scheduler configuration.</param>
    /// <exception cref="SchedulerConfigException">Its process is none that DDIM can walk.</exception>
    public InversionSchedule(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var inverted = config.With(KnownSchedulers.Named("DDIMScheduler"), Published);
        Levels = inverted.Build().Schedule;
        Prediction = Said("epsilon") ? PredictionType.Epsilon : Said("v_prediction") ? PredictionType.Velocity : PredictionType.Sample;

        bool Said(string prediction) => inverted.Says("prediction_type", JsonSerializer.SerializeToElement(prediction));
    }

    /// <summary>The noise levels.</summary>
    public ISigmaSchedule Levels { get; }

    /// <summary>What the network predicts.</summary>
    public PredictionType Prediction { get; }
}
