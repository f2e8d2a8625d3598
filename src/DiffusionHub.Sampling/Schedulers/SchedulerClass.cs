namespace DiffusionHub.Sampling.Schedulers;

/// <summary>Kinds of process that networks are trained on. A sampler of one kind means nothing to a network of another.</summary>
public enum ProcessKind
{
    /// <summary>DDPM's discrete timesteps (Ho et al. 2020): Stable Diffusion and its kin.</summary>
    Discrete,

    /// <summary>v-diffusion's continuous time (Salimans and Ho 2022), as iPNDM's scheduler has it.</summary>
    Continuous,

    /// <summary>Karras et al. 2022.</summary>
    Edm,

    /// <summary>Flow matching (Lipman et al. 2023).</summary>
    Flow,
}

/// <summary>A scheduler class of diffusers: its keys with their defaults, and what they mean here.</summary>
public sealed class SchedulerClass
{
    internal SchedulerClass(string name, IReadOnlyDictionary<string, object?> defaults, Func<SchedulerSettings, RecipeOptions, SamplingRecipe> build) =>
        (Name, Defaults, Build) = (name, defaults, build);

    /// <summary>Name in diffusers.</summary>
    public string Name { get; }

    /// <summary>Keys it knows and their defaults: bool, int, double, string, array of int or null.</summary>
    public IReadOnlyDictionary<string, object?> Defaults { get; }

    /// <summary>True where a schedule can be chosen by name.</summary>
    public bool TakesCurves { get; init; }

    /// <summary>Kind of process it samples.</summary>
    public ProcessKind Process { get; init; }

    internal Func<SchedulerSettings, RecipeOptions, SamplingRecipe> Build { get; }
}
