using System.CommandLine;

namespace DiffusionHub.Cli.Commands.Models;

/// <summary><c>hub models</c>: the models, adapters, ControlNets and autoencoders on this machine.</summary>
internal static class ModelsCommand
{
    public static Command Create() => new("models", ModelsTexts.Description)
    {
        ListModels.Create(),
        ImportModel.Create(),
        ShowModel.Create(),
        CheckModel.Create(),
        RemoveModel.Create(),
        EvaluateModel.Create(),
        FamiliesTable.Create(),
    };
}
