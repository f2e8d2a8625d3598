using System.Globalization;
using System.Text;
using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>What a submission may hold, its statement, and what the database's refusals mean.</summary>
internal static class SubmitRules
{
    private const string RefusedState = "HQ001";
    private const double MostCost = 1e12;
    private const int KeyCharacters = 200;

    public static void Check(IReadOnlyList<NewJob> jobs)
    {
        var keys = new HashSet<(Guid, string)>();
        for (var i = 0; i < jobs.Count; i++)
        {
            var job = jobs[i];
            if (Encoding.UTF8.GetByteCount(job.Payload) is var bytes and > JobQueue.PayloadBytes)
            {
                throw Refused(QueueTexts.PayloadTooLarge, bytes, JobQueue.PayloadBytes);
            }

            if (job.CostMilliseconds is { } cost && !(cost >= 0 && cost <= MostCost))
            {
                throw Refused(QueueTexts.CostOutOfRange, cost, MostCost);
            }

            if (job.MaxAttempts is < 1 or > short.MaxValue)
            {
                throw Refused(QueueTexts.AttemptsOutOfRange, job.MaxAttempts, short.MaxValue);
            }

            if (job.AfterIndex is { } index && (index < 0 || index >= i))
            {
                throw Refused(QueueTexts.AfterIndexOutOfRange, index, i);
            }

            if (job.IdempotencyKey is { } key && (key.Length is 0 or > KeyCharacters || !keys.Add((job.OwnerId, key))))
            {
                throw Refused(QueueTexts.KeyUnusable, key.Length > 40 ? key[..40] + "…" : key, KeyCharacters);
            }
        }
    }

    /// <summary>Whether anything must be looked up before the jobs can be written.</summary>
    public static bool HasLinks(NewJob job) => job.IdempotencyKey is not null || job.AfterJob is not null || job.AfterIndex is not null;

    /// <param name="jobs">The jobs.</param>
    /// <param name="ids">Their ids, where they have been reserved.</param>
    public static NpgsqlBatchCommand Command(IReadOnlyList<NewJob> jobs, long?[]? ids = null) => new(Sql.Submit)
    {
        Parameters =
        {
            Parameters.Of(jobs.Select(j => j.OwnerId).ToArray()),
            Parameters.Of(jobs.Select(j => j.GroupId).ToArray()),
            Parameters.Of(jobs.Select(j => j.Lane).ToArray()),
            Parameters.Of(jobs.Select(j => j.Model).ToArray()),
            Parameters.Of(jobs.Select(j => j.BatchKey).ToArray()),
            Parameters.Of(jobs.Select(j => j.Payload).ToArray()),
            Parameters.Of(jobs.Select(j => j.CostMilliseconds).ToArray()),
            Parameters.Of(jobs.Select(j => j.Work.Task).ToArray()),
            Parameters.Of(jobs.Select(j => j.Work.Width).ToArray()),
            Parameters.Of(jobs.Select(j => j.Work.Height).ToArray()),
            Parameters.Of(jobs.Select(j => j.Work.Steps).ToArray()),
            Parameters.Of(jobs.Select(j => j.NotBefore).ToArray()),
            Parameters.Of(jobs.Select(j => j.AfterJob).ToArray()),
            Parameters.Of(jobs.Select(j => j.Slot).ToArray()),
            Parameters.Of(jobs.Select(j => j.MaxAttempts).ToArray()),
            Parameters.Of(ids ?? new long?[jobs.Count]),
        },
    };

    public static NpgsqlBatchCommand ReplaceCommand(NewJob job) => new(Sql.Replace)
    {
        Parameters =
        {
            Parameters.Of(job.OwnerId), Parameters.Of(job.Slot), Parameters.Of(job.Lane), Parameters.Of(job.GroupId), Parameters.Of(job.Model),
            Parameters.Of(job.BatchKey), Parameters.Of(job.Payload), Parameters.Of(job.CostMilliseconds), Parameters.Of(job.Work.Task),
            Parameters.Of(job.Work.Width), Parameters.Of(job.Work.Height), Parameters.Of(job.Work.Steps),
        },
    };

    /// <summary>A sentence for what the database refused, or null where it is another error.</summary>
    public static string? Refusal(PostgresException e) => e switch
    {
        { SqlState: RefusedState } => Reason(e.MessageText.Split(": ", 2)),
        { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: "job_payload" } => QueueText.Of(QueueTexts.PayloadTooLargeStored, JobQueue.PayloadBytes),
        { SqlState: PostgresErrorCodes.InvalidTextRepresentation or PostgresErrorCodes.UntranslatableCharacter or
            PostgresErrorCodes.CharacterNotInRepertoire } => QueueText.Of(QueueTexts.PayloadNotJson, e.MessageText),
        _ => null,
    };

    private static string Reason(string[] words) => words switch
    {
        ["lane", var lane] => QueueText.Of(QueueTexts.UnknownLane, lane),
        ["draining", var lane] => QueueText.Of(QueueTexts.LaneDraining, lane),
        ["model", var model] => QueueText.Of(QueueTexts.NoWorkerFor, model),
        ["owner", var most] => QueueText.Of(QueueTexts.TooManyOfOwner, long.Parse(most, CultureInfo.InvariantCulture)),
        ["all", var most] => QueueText.Of(QueueTexts.TooManyInAll, long.Parse(most, CultureInfo.InvariantCulture)),
        _ => string.Join(": ", words),
    };

    /// <summary>The words of a refusal.</summary>
    public static string? Words(PostgresException e) => e.SqlState == RefusedState ? e.MessageText : null;

    public static QueueRefusedException NothingToRunAfter(long job) => Refused(QueueTexts.NothingToRunAfter, job);

    private static QueueRefusedException Refused(string text, params object[] values) => new(QueueText.Of(text, values));
}
