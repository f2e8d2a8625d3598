namespace DiffusionHub.Domain.Models;

/// <summary>What goes with a model and is no model itself: a LoRA, a ControlNet, a VAE or a guide that some worker has.</summary>
public sealed record ModelAsset
{
    /// <summary>Name in the catalogue; unique.</summary>
    public required string Name { get; init; }

    /// <summary><c>lora</c>, <c>controlnet</c>, <c>vae</c> or <c>guide</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The base families that it fits, such as <c>StableDiffusion 1</c>: those of <see cref="ModelCapabilities.Base"/>.</summary>
    public IReadOnlyList<string> Fits { get; init => field = value ?? []; } = [];

    /// <summary>What its maker calls it, or null.</summary>
    public string? Title { get; init; }

    /// <summary>Words that call it up in a prompt.</summary>
    public IReadOnlyList<string> TriggerWords { get; init => field = value ?? []; } = [];

    /// <summary>Weight when a request names none.</summary>
    public double DefaultWeight { get; init; } = 1;

    /// <summary>SHA-256 of its file, lower-case hex; null where it is broken.</summary>
    public string? Hash { get; init; }

    /// <summary>Length of its files.</summary>
    public long Bytes { get; init; }

    /// <summary>Classes that a guide tells apart; 0 where it is none, or knows none.</summary>
    public int Classes { get; init; }

    /// <summary>Their names where it has them, by number; else empty.</summary>
    public IReadOnlyList<string> ClassNames { get; init => field = value ?? []; } = [];

    /// <summary>Licence as it states it, or null.</summary>
    public string? Licence { get; init; }

    /// <summary>What is wrong with it, or null.</summary>
    public string? Fault { get; init; }

    /// <summary>What people should know of it though it can be used, or null.</summary>
    public string? Notice { get; init; }

    /// <summary>Whether it goes with a model of that base; where either is unknown, it may be tried.</summary>
    public bool FitsBase(string? modelBase) => modelBase is null || Fits.Count == 0 || Fits.Contains(modelBase);
}
