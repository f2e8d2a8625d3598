using System.CommandLine;
using DiffusionHub.Cli.Commands.Bench.Inference;

namespace DiffusionHub.Cli.Commands.Bench;

/// <summary><c>hub bench</c>: measurements. They never fail for being slow.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", BenchTexts.Description)
    {
        InferenceBench.Create(),
        SamplersBench.Create(),
        QueueBenchCommand.Create(),
        HubBench.Create(),
    };
}
