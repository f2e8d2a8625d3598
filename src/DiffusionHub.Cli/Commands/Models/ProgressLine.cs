using System.Diagnostics;
using DiffusionHub.Pipelines.Catalogue;

namespace DiffusionHub.Cli.Commands.Models;

/// <summary>One line on a terminal that says what is being done and how long it will take; nothing where the output is not a terminal.</summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Worth = TimeSpan.FromSeconds(1);
    private readonly bool terminal = !Console.IsErrorRedirected;
    private string? stage;
    private long began;
    private long shown;
    private int width;

    /// <summary>How far an import is.</summary>
    public void Show(ImportProgress progress) => Show(Word(progress.Stage), progress.Done, progress.Total, Size.Of);

    /// <summary>How far something is.</summary>
    /// <param name="word">What is being done.</param>
    /// <param name="done">How much of it is.</param>
    /// <param name="total">How much there is; 0 where that is not known.</param>
    /// <param name="amount">Amounts in words.</param>
    public void Show(string word, long done, long total, Func<long, string> amount)
    {
        if (!terminal || (word == stage && done < total && Stopwatch.GetElapsedTime(shown) < Pause))
        {
            return;
        }

        if (word != stage)
        {
            (stage, began) = (word, Stopwatch.GetTimestamp());
        }

        shown = Stopwatch.GetTimestamp();
        var text = word + (total > 0 ? " " + Amount(amount(done), amount(total), Left(done, total, Stopwatch.GetElapsedTime(began))) : "");
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

    private static double? Left(long done, long total, TimeSpan taken) => taken > Worth && done > 0 ? taken.TotalSeconds * (total - done) / done : null;

    private static string Amount(string done, string total, double? left) =>
        left is { } seconds ? CatalogueCommand.Text(ModelsTexts.AmountAndTime, done, total, seconds) : CatalogueCommand.Text(ModelsTexts.Amount, done, total);

    private static string Word(ImportStage stage) => stage switch
    {
        ImportStage.Hashing => ModelsTexts.Hashing,
        ImportStage.Checking => ModelsTexts.Checking,
        ImportStage.Testing => ModelsTexts.Testing,
        _ => ModelsTexts.Copying,
    };
}
