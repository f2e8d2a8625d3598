namespace DiffusionHub.Web.Features.Admin.Housekeeping;

/// <summary>What chores are called, and what they are for.</summary>
internal static class ChoreText
{
    /// <summary>A chore's title.</summary>
    public static string Title(string name) => name switch
    {
        "statistics" => AdminTexts.ChoreStatistics,
        "jobs" => AdminTexts.ChoreJobs,
        "events" => AdminTexts.ChoreEvents,
        "progress" => AdminTexts.ChoreProgress,
        "pictures" => AdminTexts.ChorePictures,
        "uploads" => AdminTexts.ChoreUploads,
        "snapshot" => AdminTexts.ChoreSnapshot,
        _ => name,
    };

    /// <summary>What it does, in one sentence.</summary>
    public static string What(string name) => name switch
    {
        "statistics" => AdminTexts.ChoreStatisticsWhat,
        "jobs" => AdminTexts.ChoreJobsWhat,
        "events" => AdminTexts.ChoreEventsWhat,
        "progress" => AdminTexts.ChoreProgressWhat,
        "pictures" => AdminTexts.ChorePicturesWhat,
        "uploads" => AdminTexts.ChoreUploadsWhat,
        "snapshot" => AdminTexts.ChoreSnapshotWhat,
        _ => "",
    };
}
