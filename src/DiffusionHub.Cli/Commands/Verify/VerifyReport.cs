using System.Globalization;
using System.Text.Json;

namespace DiffusionHub.Cli.Commands.Verify;

/// <summary>How a case ended.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Result">ok, FAIL, or skip for a kind that is not built yet.</param>
/// <param name="Error">The largest error, of the part that is farthest off for its limit; null where nothing was compared or it is not finite.</param>
/// <param name="Limit">That part's limit.</param>
/// <param name="Reason">Of a failure: the part, or what went wrong.</param>
internal sealed record CaseResult(string Id, string Result, double? Error = null, double? Limit = null, string? Reason = null)
{
    public const string Passed = "ok";
    public const string Failed = "FAIL";
    public const string Skipped = "skip";

    public static CaseResult Of(string id, Finding finding) => new(
        id,
        finding.Passed ? Passed : Failed,
        double.IsFinite(finding.Error) ? finding.Error : null,
        finding.Limit,
        finding.Passed ? null : finding.Detail is null ? finding.Part : $"{finding.Part}: {finding.Detail}");
}

/// <summary>What <c>hub verify --json</c> prints.</summary>
internal sealed record VerifyReport(string Folder, int Passed, int Failed, int Skipped, IReadOnlyList<CaseResult> Cases)
{
    public static VerifyReport Of(string folder, IReadOnlyList<CaseResult> results) =>
        new(folder, Count(results, CaseResult.Passed), Count(results, CaseResult.Failed), Count(results, CaseResult.Skipped), results);

    /// <summary>One case as a line.</summary>
    public static string Line(CaseResult result, int width) =>
        string.Format(CultureInfo.InvariantCulture, VerifyTexts.Line, result.Id.PadRight(width), Number(result.Error), Number(result.Limit), result.Result, result.Reason).TrimEnd();

    /// <summary>The whole as JSON.</summary>
    public string Json() => JsonSerializer.Serialize(this, VerifyJson.Default.VerifyReport);

    /// <summary>The counts as a line.</summary>
    public string Total() =>
        string.Format(CultureInfo.InvariantCulture, VerifyTexts.Total, Passed, Failed) + (Skipped > 0 ? string.Format(CultureInfo.InvariantCulture, VerifyTexts.SomeSkipped, Skipped) : "");

    private static int Count(IReadOnlyList<CaseResult> results, string result) => results.Count(r => r.Result == result);

    private static string Number(double? value) => value switch
    {
        null => VerifyTexts.NoNumber,
        0 => "0",
        { } number => number.ToString("0.0#e-00", CultureInfo.InvariantCulture),
    };
}
