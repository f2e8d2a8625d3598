using DiffusionHub.Cli.Commands.Soak;
using Microsoft.Extensions.Logging;

namespace DiffusionHub.Worker;

/// <summary>What the worker's own loops tell, as far as they are part of the soak: only what the soak counts is said.</summary>
internal static class LogMessages
{
    public static void LeaseLost(this ILogger _, long epoch) => WorkerLine.Say(WorkerLine.LeaseLost, epoch, 0);

    public static void Reaped(this ILogger _, int freed, int ended) => WorkerLine.Say(WorkerLine.Reaped, freed, ended);

    public static void ProblemBegan(this ILogger _, string problem) => WorkerLine.Say(WorkerLine.Unwell, 0, 0);

    public static void ProblemGone(this ILogger _) => WorkerLine.Say(WorkerLine.Recovered, 0, 0);
}
