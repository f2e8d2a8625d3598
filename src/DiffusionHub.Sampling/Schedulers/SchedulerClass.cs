namespace DiffusionHub.Sampling.Schedulers;

/// <summary>A scheduler class of diffusers: its keys with their defaults, and what they mean here.</summary>
public sealed class SchedulerClass
{
    internal SchedulerClass(string name, IReadOnlyDictionary<string, object?> defaults, Func<SchedulerSettings, RecipeOptions, SamplingRecipe> build) =>
        (Name, Defaults, Build) = (name, defaults, build);

    /// <summary>Name in diffusers.</summary>
    public string Name { get; }

    /// <summary>Keys it knows and their defaults: bool, int, double, string, array of int or null.</summary>
    public IReadOnlyDictionary<string, object?> Defaults { get; }

    internal Func<SchedulerSettings, RecipeOptions, SamplingRecipe> Build { get; }
}
