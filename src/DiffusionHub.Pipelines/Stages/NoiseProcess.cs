using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>A model's training process and conventions, as its <c>scheduler_config.json</c> states them.</summary>
internal sealed class NoiseProcess
{
    private const string FileName = "scheduler/scheduler_config.json";

    private readonly SchedulerConfig config;
    private readonly TrainingProcess process;
    private readonly TimestepSpacing spacing;

    private NoiseProcess(SchedulerConfig config, TimestepSpacing spacing, PredictionType prediction)
    {
        (this.config, this.spacing, Prediction) = (config, spacing, prediction);
        process = TrainingProcess.ScaledLinear(config.BetaStart, config.BetaEnd, config.NumTrainTimesteps, config.RescaleBetasZeroSnr);
    }

    public PredictionType Prediction { get; }

    public static NoiseProcess Read(ModelFolder folder)
    {
        var stated = folder.Read(FileName, DiffusersJson.Default.SchedulerConfig);
        if (stated.BetaSchedule != "scaled_linear")
        {
            throw ModelFolderException.Unsupported(folder.File(FileName), "beta_schedule", stated.BetaSchedule, "scaled_linear");
        }

        PredictionType prediction = stated.PredictionType switch
        {
            "epsilon" => PredictionType.Epsilon,
            "v_prediction" => PredictionType.Velocity,
            "sample" => PredictionType.Sample,
            _ => throw ModelFolderException.Unsupported(folder.File(FileName), "prediction_type", stated.PredictionType, "epsilon, v_prediction, sample"),
        };
        return Enum.TryParse<TimestepSpacing>(stated.TimestepSpacing, ignoreCase: true, out var spacing)
            ? new NoiseProcess(stated, spacing, prediction)
            : throw ModelFolderException.Unsupported(folder.File(FileName), "timestep_spacing", stated.TimestepSpacing, "leading, trailing, linspace");
    }

    public SamplingPlan Plan(SamplerChoice sampler, int steps) => sampler.Schedule(process, spacing, config).Plan(steps);
}
