using System.Text.Json;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Sampling.Curves;
using DiffusionHub.Sampling.Inversion;
using DiffusionHub.Sampling.Schedulers;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>A model's training process and conventions, as its <c>scheduler_config.json</c> states them.</summary>
/// <param name="config">The configuration.</param>
internal sealed class NoiseProcess(SchedulerConfig config)
{
    private const string Folder = "scheduler";
    private const string FileName = "scheduler_config.json";

    /// <summary>The samplers that can run on it.</summary>
    public IReadOnlyList<KnownSampler> Samplers => [.. KnownSamplers.For(config.Class).Where(CanRun)];

    /// <summary>Whether it has DDPM's timesteps, on which DDIM's steps and classifiers of noisy states are defined.</summary>
    public bool Discrete => config.Class.Process == ProcessKind.Discrete;

    /// <summary>The sampler that the configuration itself means, by name; null where no name stands for it.</summary>
    public string? Own => KnownSamplers.Of(config)?.Name;

    /// <summary>The schedules that they can follow.</summary>
    public IReadOnlyList<KnownCurve> Schedules => [.. KnownCurves.All.Where(c => !c.NeedsProcess || config.Class.Process == ProcessKind.Discrete)];

    /// <summary>Most steps of a sampler.</summary>
    public int MostSteps(KnownSampler sampler) => Recipe(sampler, new RecipeOptions()).Schedule.MostSteps;

    /// <summary>Training timesteps.</summary>
    public int Length => config.Build().Schedule.Length;

    /// <exception cref="ModelFolderException">The file is absent or says something that the hub does not know.</exception>
    public static NoiseProcess Read(ModelFolder folder)
    {
        // A model of pixels may have everything in one folder.
        var path = folder.File(folder.Has(FileName) ? FileName : $"{Folder}/{FileName}");
        return Parse(path, File.ReadAllText(path));
    }

    /// <summary>From the text of a configuration.</summary>
    /// <exception cref="ModelFolderException">It says something that the hub does not know.</exception>
    public static NoiseProcess Parse(string path, string json)
    {
        try
        {
            var config = SchedulerConfig.Parse(json);
            config.Build();
            return new NoiseProcess(config);
        }
        catch (SchedulerConfigException error)
        {
            throw ModelFolderException.Damaged(path, error.Message);
        }
    }

    /// <summary>The steps of an exact inversion.</summary>
    public InversionSchedule Inversion() => new(config);

    /// <summary>The same process under the conventions of another scheduler.</summary>
    /// <param name="className">A class of diffusers.</param>
    public NoiseProcess As(string className) => new(config.With(KnownSchedulers.Named(className), new Dictionary<string, JsonElement>()));

    /// <summary>What a request's sampler and schedule mean on this model.</summary>
    public SamplingRecipe Recipe(PictureRequest request)
    {
        var options = new RecipeOptions { Curve = request.Schedule, Eta = request.Eta, Pictures = request.Count };
        return request switch
        {
            { Scheduler: { } scheduler } => config.With(KnownSchedulers.Named(scheduler.ClassName), scheduler.Set).Build(options),
            { Sampler: { } sampler } => Recipe(KnownSamplers.Named(sampler), options),
            _ => config.Build(options),
        };
    }

    private SamplingRecipe Recipe(KnownSampler sampler, RecipeOptions options) => config.With(sampler.Class, sampler.Set).Build(options);

    // A class may refuse what the model's own configuration says, such as its kind of prediction.
    private bool CanRun(KnownSampler sampler)
    {
        try
        {
            Recipe(sampler, new RecipeOptions());
            return true;
        }
        catch (SchedulerConfigException)
        {
            return false;
        }
    }
}
