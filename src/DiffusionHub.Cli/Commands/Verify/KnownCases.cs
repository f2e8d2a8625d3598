using DiffusionHub.Cli.Commands.Verify.Kinds;
using DiffusionHub.Cli.Commands.Verify.Kinds.Pipelines;

namespace DiffusionHub.Cli.Commands.Verify;

/// <summary>Every kind of reference case, in the order in which they run.</summary>
internal static class KnownCases
{
    public static IReadOnlyList<IReferenceCases> All { get; } =
    [
        new RandomNumberCases(),
        new SchedulerCases(),
        new KDiffusionCases(),
        new TokenizerCases(),
        new PipelineCases(),
        new GradientCases(),
        new InversionCases(),
    ];
}
