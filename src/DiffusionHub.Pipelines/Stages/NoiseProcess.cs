using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Sampling.Curves;
using DiffusionHub.Sampling.Schedulers;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>A model's training process and conventions, as its <c>scheduler_config.json</c> states them.</summary>
/// <param name="config">The configuration.</param>
internal sealed class NoiseProcess(SchedulerConfig config)
{
    private const string FileName = "scheduler/scheduler_config.json";

    /// <summary>The samplers that can run on it.</summary>
    public IReadOnlyList<KnownSampler> Samplers => [.. KnownSamplers.For(config.Class).Where(CanRun)];

    /// <summary>The sampler that the configuration itself means, by name; null where no name stands for it.</summary>
    public string? Own => KnownSamplers.Of(config)?.Name;

    /// <summary>The schedules that they can follow.</summary>
    public IReadOnlyList<KnownCurve> Schedules => [.. KnownCurves.All.Where(c => !c.NeedsProcess || config.Class.Process == ProcessKind.Discrete)];

    /// <summary>Most steps of a sampler.</summary>
    public int MostSteps(KnownSampler sampler) => Recipe(sampler.Name, new RecipeOptions()).Schedule.MostSteps;

    /// <exception cref="ModelFolderException">The file is absent or says something that the hub does not know.</exception>
    public static NoiseProcess Read(ModelFolder folder)
    {
        var path = folder.File(FileName);
        try
        {
            var config = SchedulerConfig.Parse(File.ReadAllText(path));
            config.Build();
            return new NoiseProcess(config);
        }
        catch (SchedulerConfigException error)
        {
            throw ModelFolderException.Damaged(path, error.Message);
        }
    }

    /// <summary>What a request's sampler means on this model.</summary>
    public SamplingRecipe Recipe(string sampler, RecipeOptions options)
    {
        var known = KnownSamplers.Named(sampler);
        return config.With(known.Class, known.Set).Build(options);
    }

    // A class may refuse what the model's own configuration says, such as its kind of prediction.
    private bool CanRun(KnownSampler sampler)
    {
        try
        {
            Recipe(sampler.Name, new RecipeOptions());
            return true;
        }
        catch (SchedulerConfigException)
        {
            return false;
        }
    }
}
