namespace DiffusionHub.Queue;

/// <summary>The statements of the queue, one a file in Sql/; each file says its transition and what holds.</summary>
internal static class Sql
{
    public static readonly string Submit = Read("submit");
    public static readonly string Reserve = Read("reserve");
    public static readonly string FindParents = Read("find-parents");
    public static readonly string Claim = Read("claim");
    public static readonly string Finish = Read("finish");
    public static readonly string ReadEnding = Read("read-ending");
    public static readonly string Fail = Read("fail");
    public static readonly string Release = Read("release");
    public static readonly string Cancel = Read("cancel");
    public static readonly string LockAccounts = Read("lock-accounts");
    public static readonly string SlotTurn = Read("slot-turn");
    public static readonly string Replace = Read("replace");
    public static readonly string Refill = Read("refill");
    public static readonly string FindThin = Read("find-thin");
    public static readonly string EndDependents = Read("end-dependents");
    public static readonly string ReadRetry = Read("read-retry");
    public static readonly string SetLane = Read("set-lane");
    public static readonly string SetShare = Read("set-share");
    public static readonly string SetLimits = Read("set-limits");
    public static readonly string ReadLanes = Read("read-lanes");
    public static readonly string ReadLimits = Read("read-limits");
    public static readonly string ReadShares = Read("read-shares");
    public static readonly string FindMatching = Read("find-matching");
    public static readonly string CountLive = Read("count-live");
    public static readonly string CountRetries = Read("count-retries");
    public static readonly string ReadRetries = Read("read-retries");
    public static readonly string ReadStranded = Read("read-stranded");
    public static readonly string ReadWaits = Read("read-waits");
    public static readonly string ReadTrouble = Read("read-trouble");
    public static readonly string NoteFenced = Read("note-fenced");
    public static readonly string FoldAccounts = Read("fold-accounts");
    public static readonly string CountJobs = Read("count-jobs");
    public static readonly string FindStranded = Read("find-stranded");
    public static readonly string ReadEtas = Read("read-etas");
    public static readonly string ReadEtaError = Read("read-eta-error");
    public static readonly string ReadEvents = Read("read-events");
    public static readonly string ReadCursor = Read("read-cursor");
    public static readonly string SaveCursor = Read("save-cursor");
    public static readonly string ReadHealth = Read("read-health");
    public static readonly string Register = Read("register");
    public static readonly string SetModels = Read("set-models");
    public static readonly string Heartbeat = Read("heartbeat");
    public static readonly string Unregister = Read("unregister");
    public static readonly string ReapTurn = Read("reap-turn");
    public static readonly string ReapWorkers = Read("reap-workers");
    public static readonly string ReapJobs = Read("reap-jobs");
    public static readonly string ReapPromote = Read("reap-promote");
    public static readonly string ReapForget = Read("reap-forget");
    public static readonly string ReapProgress = Read("reap-progress");
    public static readonly string ReportProgress = Read("report-progress");
    public static readonly string ReadProgress = Read("read-progress");
    public static readonly string ReadJobs = Read("read-jobs");
    public static readonly string FindActive = Read("find-active");
    public static readonly string FindJobs = Read("find-jobs");
    public static readonly string Counts = Read("counts");
    public static readonly string ReadWorkers = Read("read-workers");
    public static readonly string Notify = Read("notify");
    public static readonly string RollUpNext = Read("roll-up-next");
    public static readonly string RollUpHour = Read("roll-up-hour");
    public static readonly string DeleteOutcomes = Read("delete-outcomes");
    public static readonly string DeleteEvents = Read("delete-events");
    public static readonly string DeleteKeys = Read("delete-keys");
    public static readonly string ForgetLive = Read("forget-live");
    public static readonly string ForgetOutcomes = Read("forget-outcomes");
    public static readonly string BlankOutcomes = Read("blank-outcomes");
    public static readonly string ForgetKeys = Read("forget-keys");
    public static readonly string DeleteProgress = Read("delete-progress");
    public static readonly string FindLive = Read("find-live");
    public static readonly string FindUploadsJob = Read("find-uploads-job");
    public static readonly string FindUploadsOutcome = Read("find-uploads-outcome");
    public static readonly string SaveChore = Read("save-chore");
    public static readonly string ReadChores = Read("read-chores");
    public static readonly string BenchClear = Read("bench-clear");
    public static readonly string BenchFill = Read("bench-fill");
    public static readonly string BenchDead = Read("bench-dead");

    private static string Read(string name)
    {
        using var stream = typeof(Sql).Assembly.GetManifestResourceStream(name + ".sql")
            ?? throw new InvalidOperationException($"The statement {name}.sql is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
