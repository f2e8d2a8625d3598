using System.Text.Json.Nodes;

namespace DiffusionHub.Inference.Checkpoints.Parts;

/// <summary>The <c>scheduler_config.json</c> that the published models of a family have, which a single file lacks.</summary>
internal static class SchedulerJson
{
    public static string Of(CheckpointKind? family, PredictionEvidence prediction, string? turbo)
    {
        var xl = family is CheckpointKind.StableDiffusionXl or CheckpointKind.StableDiffusionXlRefiner;
        var config = new JsonObject
        {
            ["_class_name"] = Class(xl, turbo),
            ["num_train_timesteps"] = 1000,
            ["beta_start"] = 0.00085,
            ["beta_end"] = 0.012,
            ["beta_schedule"] = "scaled_linear",
            ["trained_betas"] = null,
            ["prediction_type"] = prediction.Prediction == CheckpointPrediction.Velocity ? "v_prediction" : "epsilon",
            // A process that ends in pure noise must begin there (Lin et al. 2023, section 3.2).
            ["timestep_spacing"] = turbo is null or "lcm" && !prediction.ZeroTerminalSnr ? "leading" : "trailing",
            ["steps_offset"] = turbo is null ? 1 : 0,
            ["rescale_betas_zero_snr"] = prediction.ZeroTerminalSnr,
        };
        if (!xl && turbo is null)
        {
            // Members that the schedulers which may take its place know, too.
            (config["clip_sample"], config["set_alpha_to_one"], config["skip_prk_steps"]) = (false, false, true);
        }

        return config.ToJsonString();
    }

    private static string Class(bool xl, string? turbo) => turbo switch
    {
        "turbo" when xl => "EulerAncestralDiscreteScheduler",
        "lcm" => "LCMScheduler",
        "tcd" => "TCDScheduler",
        null when !xl => "DDIMScheduler",
        _ => "EulerDiscreteScheduler",
    };
}
