using System.Globalization;

namespace DiffusionHub.Queue;

/// <summary>What a number that an administrator sets may be; one place for the queue's refusals and the pages' forms.</summary>
/// <param name="Name">What people call it, with its unit.</param>
/// <param name="Least">The smallest value.</param>
/// <param name="Most">The largest value.</param>
/// <param name="Whole">Only whole numbers.</param>
public sealed record SettingRange(string Name, double Least, double Most, bool Whole)
{
    /// <summary><see cref="LaneChange.MaxWait"/> in seconds, at most a week.</summary>
    public static readonly SettingRange MaxWait = new(QueueTexts.FieldMaxWait, 0, 7 * 24 * 3600, Whole: false);

    /// <summary><see cref="LaneChange.Patience"/> in seconds, at most an hour.</summary>
    public static readonly SettingRange Patience = new(QueueTexts.FieldPatience, 0, 3600, Whole: false);

    /// <summary><see cref="Share.Weight"/>. Much smaller ones would make a single job's charge last for years.</summary>
    public static readonly SettingRange Weight = new(QueueTexts.FieldWeight, 0.001, 1000, Whole: false);

    /// <summary><see cref="Share.RunningLimit"/>.</summary>
    public static readonly SettingRange RunningLimit = new(QueueTexts.FieldRunningLimit, 0, 100_000, Whole: true);

    /// <summary><see cref="Share.QueuedLimit"/>.</summary>
    public static readonly SettingRange QueuedLimit = new(QueueTexts.FieldQueuedLimit, 0, int.MaxValue, Whole: true);

    /// <summary><see cref="QueueLimits.QueuedPerOwner"/>.</summary>
    public static readonly SettingRange QueuedPerOwner = new(QueueTexts.FieldQueuedPerOwner, 0, int.MaxValue, Whole: true);

    /// <summary><see cref="QueueLimits.QueuedInAll"/>.</summary>
    public static readonly SettingRange QueuedInAll = new(QueueTexts.FieldQueuedInAll, 0, int.MaxValue, Whole: true);

    /// <summary>Whether a value may be set.</summary>
    public bool Holds(double value) => value >= Least && value <= Most && (!Whole || double.IsInteger(value));

    /// <summary>The sentence that refuses what was found: it names the field and its limits.</summary>
    public string Refusal(object found) => QueueText.Of(Whole ? QueueTexts.NotInRangeWhole : QueueTexts.NotInRange, Name, Number(Least), Number(Most), found);

    /// <summary>Refuses a value out of range; null passes.</summary>
    /// <exception cref="QueueRefusedException">It is out of range.</exception>
    internal void Check(double? value)
    {
        if (value is { } given && !Holds(given))
        {
            throw new QueueRefusedException(Refusal(given));
        }
    }

    private static string Number(double value) => value.ToString("#,0.###", CultureInfo.InvariantCulture);
}
