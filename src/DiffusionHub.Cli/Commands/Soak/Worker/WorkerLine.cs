using System.Globalization;

namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>One line that a worker of the soak says: a word, and two numbers, mostly the job and its claim token.</summary>
internal sealed record WorkerLine(string Word, long First, long Second)
{
    public const string Ready = "ready";
    public const string Published = "published";
    public const string Fenced = "fenced";
    public const string Cancelled = "cancelled";
    public const string Failed = "failed";
    public const string Released = "released";
    public const string Refused = "refused";
    public const string Frozen = "frozen";
    public const string LeaseLost = "lease-lost";
    public const string Reaped = "reaped";
    public const string Unwell = "unwell";
    public const string Recovered = "recovered";

    /// <summary>Says it, in one write, so that a kill never leaves half a line.</summary>
    public static void Say(string word, long first, long second) =>
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{word} {first} {second}"));

    /// <summary>Null where the line is no such line.</summary>
    public static WorkerLine? Parse(string line) =>
        line.Split(' ') is [var word, var first, var second]
        && long.TryParse(first, CultureInfo.InvariantCulture, out var one) && long.TryParse(second, CultureInfo.InvariantCulture, out var two)
            ? new WorkerLine(word, one, two)
            : null;
}
