using System.CommandLine;

namespace DiffusionHub.Cli.Commands.Models;

/// <summary><c>hub models</c>: the models on this machine.</summary>
internal static class ModelsCommand
{
    public static Command Create() => new("models", ModelsTexts.Description)
    {
        ListModels.Create(),
        ShowModel.Create(),
    };
}
