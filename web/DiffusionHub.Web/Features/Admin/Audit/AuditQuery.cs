using System.Globalization;
using System.Text;
using DiffusionHub.People.Audit;
using DiffusionHub.Web.Shared.People;

namespace DiffusionHub.Web.Features.Admin.Audit;

/// <summary>The audit log as a file.</summary>
internal static class AuditQuery
{
    /// <summary>A filter as the file's address has it.</summary>
    public static string Of(AuditFilter filter) =>
        $"text={Uri.EscapeDataString(filter.Text ?? "")}&action={Uri.EscapeDataString(filter.Action ?? "")}&from={Time(filter.From)}&until={Time(filter.Until)}";

    public static void MapAuditExport(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/admin/audit.csv", ExportAsync).RequireAuthorization(Policies.Admin);

    private static async Task ExportAsync(string? text, string? action, DateTimeOffset? from, DateTimeOffset? until, HttpContext http, AuditLog log, CurrentUser me)
    {
        await log.WriteAsync(me.Actor, AuditActions.AuditExported, "audit.csv", cancellationToken: http.RequestAborted);
        http.Response.ContentType = "text/csv; charset=utf-8";
        http.Response.Headers.ContentDisposition = "attachment; filename=\"audit.csv\"";
        await http.Response.WriteAsync("id,at,actor,via,address,action,subject,detail\r\n", http.RequestAborted);
        await foreach (var line in log.ExportAsync(new AuditFilter(text, action, from?.ToUniversalTime(), until?.ToUniversalTime()), http.RequestAborted))
        {
            string[] fields = [line.Id.ToString(CultureInfo.InvariantCulture), line.At.ToString("O"), line.Actor, line.Via, line.Address ?? "", line.Action, line.Subject, line.Detail];
            await http.Response.WriteAsync(string.Join(',', fields.Select(Field)) + "\r\n", http.RequestAborted);
        }
    }

    // RFC 4180; and nothing that a spreadsheet would take for a formula.
    private static string Field(string text)
    {
        var safe = new StringBuilder(text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" : "").Append(text);
        return $"\"{safe.Replace("\"", "\"\"")}\"";
    }

    private static string Time(DateTimeOffset? time) => Uri.EscapeDataString(time?.ToString("O") ?? "");
}
