using System.Diagnostics;
using DiffusionHub.Pipelines.Catalogue;

namespace DiffusionHub.Cli.Commands.Models;

/// <summary>One line on a terminal that says what an import is doing and how long it will take; nothing where the output is not a terminal.</summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Worth = TimeSpan.FromSeconds(1);
    private readonly bool terminal = !Console.IsErrorRedirected;
    private ImportStage? stage;
    private long began;
    private long shown;
    private int width;

    public void Show(ImportProgress progress)
    {
        if (!terminal || (progress.Stage == stage && progress.Done < progress.Total && Stopwatch.GetElapsedTime(shown) < Pause))
        {
            return;
        }

        if (progress.Stage != stage)
        {
            (stage, began) = (progress.Stage, Stopwatch.GetTimestamp());
        }

        shown = Stopwatch.GetTimestamp();
        var text = Word(progress.Stage) + (progress.Total > 0 ? " " + Amount(progress, Stopwatch.GetElapsedTime(began)) : "");
        Console.Error.Write('\r' + text.PadRight(width));
        width = text.Length;
    }

    public void Dispose()
    {
        if (width > 0)
        {
            Console.Error.Write('\r' + new string(' ', width) + '\r');
        }
    }

    private static string Amount(ImportProgress progress, TimeSpan taken) =>
        taken > Worth && progress.Done > 0
            ? CatalogueCommand.Text(ModelsTexts.AmountAndTime, Size.Of(progress.Done), Size.Of(progress.Total), taken.TotalSeconds * (progress.Total - progress.Done) / progress.Done)
            : CatalogueCommand.Text(ModelsTexts.Amount, Size.Of(progress.Done), Size.Of(progress.Total));

    private static string Word(ImportStage stage) => stage switch
    {
        ImportStage.Hashing => ModelsTexts.Hashing,
        ImportStage.Checking => ModelsTexts.Checking,
        ImportStage.Testing => ModelsTexts.Testing,
        _ => ModelsTexts.Copying,
    };
}
