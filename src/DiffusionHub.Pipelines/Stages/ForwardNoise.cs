using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Sampling.Schedulers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>A noising process beside the model's own, for what the model is shown under noise: a low resolution, an embedding.</summary>
/// <param name="process">The process.</param>
internal sealed class ForwardNoise(TrainingProcess process)
{
    /// <summary>Training timesteps.</summary>
    public int Length => process.Length;

    /// <summary>Reads it from a module's <c>scheduler_config.json</c>.</summary>
    /// <exception cref="ModelFolderException">The file is absent or says something that the hub does not know.</exception>
    public static ForwardNoise Read(ModelFolder folder, string module)
    {
        var path = folder.File(Path.Combine(module, "scheduler_config.json"));
        try
        {
            return new ForwardNoise(SchedulerConfig.Parse(File.ReadAllText(path)).Process());
        }
        catch (SchedulerConfigException error)
        {
            throw ModelFolderException.Damaged(path, error.Message);
        }
    }

    /// <summary>Factors of the picture and of the noise at a timestep.</summary>
    public (float Alpha, float Sigma) At(int timestep)
    {
        var level = process.At(timestep);
        return ((float)level.Alpha, (float)level.Sigma);
    }
}
