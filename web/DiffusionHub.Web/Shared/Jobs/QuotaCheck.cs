using System.Globalization;
using DiffusionHub.People.Quotas;
using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.People;
using Npgsql;
using NpgsqlTypes;

namespace DiffusionHub.Web.Shared.Jobs;

/// <summary>The quota's part of a submit: statements for its transaction, and sentences for their refusals.</summary>
internal static class QuotaCheck
{
    private const double Gibibyte = 1024d * 1024 * 1024;

    /// <summary>What runs in the submit's transaction; null on a hub without accounts, which has no quotas.</summary>
    public static IReadOnlyList<NpgsqlBatchCommand>? Of(CurrentUser asker, int pictures) => asker.Principal.IsLocal() ? null :
    [
        new NpgsqlBatchCommand(QuotaBook.LockOwner) { Parameters = { Id(asker.Id) } },
        new NpgsqlBatchCommand(QuotaBook.CheckQuota) { Parameters = { Id(asker.Id), Id(asker.KeyId), new NpgsqlParameter { Value = pictures } } },
    ];

    /// <summary>A sentence for a refusal of these statements; null: another one.</summary>
    public static string? Sentence(QueueRefusedException refusal) => refusal.Reason?.Split(": ", 2) switch
    {
        ["quota-pictures", var most] => Text(SubmissionTexts.QuotaPictures, Number(most)),
        ["quota-seconds", var most] => Text(SubmissionTexts.QuotaSeconds, Number(most) / 60),
        ["quota-bytes", var most] => Text(SubmissionTexts.QuotaBytes, Number(most) / Gibibyte),
        ["quota-key", var most] => Text(SubmissionTexts.QuotaKey, Number(most)),
        _ => null,
    };

    private static NpgsqlParameter Id(Guid? id) => new() { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)id ?? DBNull.Value };

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(string text, double value) => string.Format(CultureInfo.InvariantCulture, text, value);
}
