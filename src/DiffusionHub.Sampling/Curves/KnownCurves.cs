using DiffusionHub.Sampling.Schedulers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Curves;

/// <summary>A curve by its name for people.</summary>
/// <param name="Name">The name.</param>
/// <param name="Create">Makes it for a training process; null: the training process's own levels.</param>
/// <param name="NeedsProcess">It is made of the training process's own levels.</param>
/// <param name="Key">The key that chooses it in diffusers' configurations, if there is one.</param>
public sealed record KnownCurve(string Name, Func<TrainingProcess, ISigmaCurve?> Create, bool NeedsProcess = false, string? Key = null);

/// <summary>All curves by their names for people.</summary>
public static class KnownCurves
{
    /// <summary>The curves.</summary>
    public static IReadOnlyList<KnownCurve> All { get; } =
    [
        new("Normal", _ => null),
        new("Karras", _ => new KarrasCurve(), Key: "use_karras_sigmas"),
        new("Exponential", _ => new ExponentialCurve(), Key: "use_exponential_sigmas"),
        new("Polyexponential", _ => new PolyexponentialCurve()),
        new("Beta", _ => new BetaCurve(), Key: "use_beta_sigmas"),
        new("VP", _ => new VpCurve()),
        new("Align your steps", _ => AlignYourStepsCurve.StableDiffusion),
        new("Align your steps XL", _ => AlignYourStepsCurve.StableDiffusionXL),
        new("Simple", process => new SimpleCurve(process), NeedsProcess: true),
        new("SGM uniform", process => new SgmUniformCurve(process), NeedsProcess: true),
    ];

    /// <summary>The curve named <paramref name="name"/>, in any case.</summary>
    /// <exception cref="SchedulerConfigException">There is none; the message lists those that are.</exception>
    public static KnownCurve Named(string name) =>
        All.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new SchedulerConfigException($"There is no schedule {name}. Known: {string.Join(", ", All.Select(c => c.Name))}.");
}
