using System.CommandLine;
using DiffusionHub.Cli.Commands.Bench.Inference;
using DiffusionHub.Cli.Commands.Bench.Inversion;
using DiffusionHub.Cli.Commands.Bench.Precisions;
using DiffusionHub.Cli.Commands.Bench.Residency;
using DiffusionHub.Cli.Commands.Bench.Sharing;
using DiffusionHub.Cli.Commands.Bench.SignIn;

namespace DiffusionHub.Cli.Commands.Bench;

/// <summary><c>hub bench</c>: measurements. They never fail for being slow.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", BenchTexts.Description)
    {
        InferenceBench.Create(),
        PrecisionBench.Create(),
        SharingBench.Create(),
        ResidencyBench.Create(),
        SamplersBench.Create(),
        InversionBench.Create(),
        OptimizationBench.Create(),
        QueueBenchCommand.Create(),
        HubBench.Create(),
        SignInBench.Create(),
    };
}
