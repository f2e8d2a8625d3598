using System.Globalization;
using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.Ui;

namespace DiffusionHub.Web.Shared.Jobs;

/// <summary>Says of a waiting job where it stands, why it does not run and for about how long: the same words for everybody.</summary>
internal static class WaitText
{
    /// <summary>"3rd in line"; of a job that is not in line, what it does instead.</summary>
    public static string Place(WaitReason reason, int? position) => (reason, position) switch
    {
        (WaitReason.Time, _) => WaitTexts.Later,
        (WaitReason.Pause, _) => WaitTexts.Again,
        (WaitReason.OtherJob, _) => WaitTexts.After,
        (_, null) => WaitTexts.InLine,
        (_, 1) => WaitTexts.NextUp,
        (_, { } place) => Format(WaitTexts.Position, Ordinal.Of(place)),
    };

    /// <summary>A sentence that says why a job does not run; null where it simply waits its turn.</summary>
    public static string? Why(WaitReason reason, string model) => reason switch
    {
        WaitReason.Line => null,
        WaitReason.RunningLimit => WaitTexts.RunningLimit,
        WaitReason.LanePaused => WaitTexts.LanePaused,
        WaitReason.NoWorker => Format(WaitTexts.NoWorker, model),
        WaitReason.Time => WaitTexts.Time,
        WaitReason.Pause => WaitTexts.Pause,
        WaitReason.OtherJob => WaitTexts.OtherJob,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };

    /// <summary>"about 12 s", and for how long these words stay right. Where the time is over and it has not begun: "soon".</summary>
    public static (string Words, TimeSpan For) About(WaitReason reason, TimeSpan rest)
    {
        if (rest <= TimeSpan.FromSeconds(1))
        {
            return (WaitTexts.Soon, Timeout.InfiniteTimeSpan);
        }

        var (words, until) = Round(rest);
        return (Format(reason is WaitReason.Time or WaitReason.Pause ? WaitTexts.InAbout : WaitTexts.About, words), rest - until);
    }

    /// <summary>"12 s", "3 min", "2 h": rounded up.</summary>
    public static string Duration(TimeSpan span) => span > TimeSpan.FromSeconds(1)
        ? Round(span).Words
        : Format(WaitTexts.Seconds, span.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture));

    // Coarser the longer it is, so that what is shown seldom moves: the words, and the rest at which others are right.
    private static (string Words, TimeSpan Until) Round(TimeSpan rest)
    {
        var seconds = rest.TotalSeconds;
        var (text, unit, step, least) = seconds switch
        {
            > 5400 => (WaitTexts.Hours, 3600, 3600, 5400),
            > 600 => (WaitTexts.Minutes, 60, 300, 600),
            > 90 => (WaitTexts.Minutes, 60, 60, 90),
            > 30 => (WaitTexts.Seconds, 1, 5, 30),
            > 10 => (WaitTexts.Seconds, 1, 2, 10),
            _ => (WaitTexts.Seconds, 1, 1, 1),
        };
        var shown = Math.Ceiling(seconds / step) * step;
        return (Format(text, shown / unit), TimeSpan.FromSeconds(Math.Max(shown - step, least)));
    }

    private static string Format(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
