namespace DiffusionHub.Cli.Commands.Models;

/// <summary>Lengths in bytes, for people.</summary>
internal static class Size
{
    public static string Of(long bytes) => bytes >= 1L << 30
        ? CatalogueCommand.Text(ModelsTexts.Gibibytes, bytes / (double)(1L << 30))
        : CatalogueCommand.Text(ModelsTexts.Mebibytes, bytes / (double)(1L << 20));
}
