using DiffusionHub.Pipelines.Catalogue;

namespace DiffusionHub.Cli.Commands.Models;

/// <summary>Files in the folder of models that no entry stands for yet.</summary>
internal static class LooseFiles
{
    public static IReadOnlyList<string> In(string modelsFolder, IReadOnlyList<InventoryItem> items) => Directory.Exists(modelsFolder)
        ? [.. Directory.EnumerateFiles(modelsFolder, "*.safetensors").Where(file => Path.GetFileName(file)[0] != '.' && items.All(item => item.Path != file)).Order(StringComparer.Ordinal)]
        : [];
}
