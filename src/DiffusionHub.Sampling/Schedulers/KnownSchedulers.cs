namespace DiffusionHub.Sampling.Schedulers;

/// <summary>All scheduler classes of diffusers that the hub knows.</summary>
public static class KnownSchedulers
{
    /// <summary>The classes.</summary>
    public static IReadOnlyList<SchedulerClass> All { get; } =
    [
        DdimScheduler.Class,
        DdpmScheduler.Class,
        DeisMultistepScheduler.Class,
        DpmSolverMultistepScheduler.Class,
        DpmSolverSdeScheduler.Class,
        DpmSolverSinglestepScheduler.Class,
        EdmDpmSolverMultistepScheduler.Class,
        EdmEulerScheduler.Class,
        EulerAncestralDiscreteScheduler.Class,
        EulerDiscreteScheduler.Class,
        FlowMatchEulerDiscreteScheduler.Class,
        FlowMatchHeunDiscreteScheduler.Class,
        HeunDiscreteScheduler.Class,
        IpndmScheduler.Class,
        Kdpm2AncestralDiscreteScheduler.Class,
        Kdpm2DiscreteScheduler.Class,
        LcmScheduler.Class,
        LmsDiscreteScheduler.Class,
        PndmScheduler.Class,
        TcdScheduler.Class,
        UniPcMultistepScheduler.Class,
    ];

    /// <summary>The class named <paramref name="name"/>.</summary>
    /// <exception cref="SchedulerConfigException">There is none; the message lists those that are.</exception>
    public static SchedulerClass Named(string name) =>
        All.FirstOrDefault(c => c.Name == name)
        ?? throw new SchedulerConfigException($"There is no scheduler class {name}. Known: {string.Join(", ", All.Select(c => c.Name).Order(StringComparer.Ordinal))}.");
}
