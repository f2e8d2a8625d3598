using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace DiffusionHub.Data.Settings;

/// <summary>Every setting there is. A new one is one line here and a property of <see cref="HubSettings"/>.</summary>
public static partial class KnownSettings
{
    /// <summary>Where everything lies. Not in <c>hub.json</c>, which lies in that folder.</summary>
    public static readonly Setting Data = new("data", SettingsTexts.DataText, SettingsTexts.DataRule, (s, v) => v.Contains('\0', StringComparison.Ordinal) ? null : s with { DataFolder = Path.GetFullPath(v) }, s => s.DataFolder);

    /// <summary>A database server of one's own.</summary>
    public static readonly Setting Database = new("database", SettingsTexts.DatabaseText, SettingsTexts.DatabaseRule, (s, v) => ConnectionStrings.IsValid(v) ? s with { Database = v } : null, s => s.Database ?? "") { IsSecret = true };

    /// <summary>The same database, as the role that migrations run as.</summary>
    public static readonly Setting DatabaseOwner = new("databaseOwner", SettingsTexts.DatabaseOwnerText, SettingsTexts.DatabaseRule, (s, v) => ConnectionStrings.IsValid(v) ? s with { DatabaseOwner = v } : null, s => s.DatabaseOwner ?? "") { IsSecret = true, StaysHere = true };

    /// <summary>The web server's port.</summary>
    public static readonly Setting Port = new("port", SettingsTexts.PortText, SettingsTexts.PortRule, (s, v) => Number(v, 0, 65535) is { } n ? s with { Port = n } : null, s => Text(s.Port));

    /// <summary>The web server's address.</summary>
    public static readonly Setting Listen = new("listen", SettingsTexts.ListenText, SettingsTexts.ListenRule, (s, v) => Address(v) is { } a ? s with { Listen = a } : null, s => s.Listen);

    /// <summary>Another spelling of <c>listen 0.0.0.0</c>.</summary>
    public static readonly Setting Public = new("public", SettingsTexts.PublicText, SettingsTexts.PublicRule, (s, v) => bool.TryParse(v, out var on) ? on ? s with { Listen = "0.0.0.0" } : s : null, _ => "") { Shows = "listen" };

    /// <summary>Names under which the web server is reached.</summary>
    public static readonly Setting Hosts = new("hosts", SettingsTexts.HostsText, SettingsTexts.HostsRule, (s, v) => Names(v) is { } names ? s with { Hosts = names } : null, s => string.Join(',', s.Hosts));

    /// <summary>From where forwarded headers are believed.</summary>
    public static readonly Setting Proxies = new("proxies", SettingsTexts.ProxiesText, SettingsTexts.ProxiesRule, (s, v) => Networks(v) is { } networks ? s with { Proxies = networks } : null, s => string.Join(',', s.Proxies));

    /// <summary>Whether one has to sign in.</summary>
    public static readonly Setting Accounts = new("accounts", SettingsTexts.AccountsText, SettingsTexts.AccountsRule, (s, v) => v is "auto" or "on" ? s with { Accounts = v == "on" } : null, s => s.Accounts ? "on" : "auto");

    /// <summary>Where e-mails go.</summary>
    public static readonly Setting Smtp = new("smtp", SettingsTexts.SmtpText, SettingsTexts.SmtpRule, (s, v) => MailServer.Read(v) is not null ? s with { Smtp = v } : null, s => s.Smtp) { IsSecret = true };

    /// <summary>Whom e-mails come from.</summary>
    public static readonly Setting MailFrom = new("mailFrom", SettingsTexts.MailFromText, SettingsTexts.MailFromRule, (s, v) => MailServer.IsAddress(v) ? s with { MailFrom = v } : null, s => s.MailFrom);

    /// <summary>Number of workers.</summary>
    public static readonly Setting Workers = new("workers", SettingsTexts.WorkersText, SettingsTexts.WorkersRule, (s, v) => v == "auto" ? s with { Workers = null } : Number(v, 1, 64) is { } n ? s with { Workers = n } : null, s => s.Workers is { } n ? Text(n) : "auto");

    /// <summary>Threads of a worker.</summary>
    public static readonly Setting WorkerThreads = new("workerThreads", SettingsTexts.WorkerThreadsText, SettingsTexts.WorkerThreadsRule, (s, v) => Number(v, 0, 256) is { } n ? s with { WorkerThreads = n } : null, s => Text(s.WorkerThreads));

    /// <summary>A worker's device.</summary>
    public static readonly Setting Device = new("device", SettingsTexts.DeviceText, SettingsTexts.DeviceRule, (s, v) => DeviceSpelling().IsMatch(v) ? s with { Device = v } : null, s => s.Device);

    /// <summary>A worker's numbers.</summary>
    public static readonly Setting Precision = new("precision", SettingsTexts.PrecisionText, SettingsTexts.PrecisionRule, (s, v) => v is "auto" or "fp32" or "fp16" or "int8" ? s with { Precision = v } : null, s => s.Precision);

    /// <summary>Most jobs that a worker computes at the same time.</summary>
    public static readonly Setting WorkerBatch = new("workerBatch", SettingsTexts.WorkerBatchText, SettingsTexts.WorkerBatchRule, (s, v) => Number(v, 0, 64) is { } n ? s with { WorkerBatch = n } : null, s => Text(s.WorkerBatch));

    /// <summary>Memory of a worker.</summary>
    public static readonly Setting WorkerMemory = new("workerMemory", SettingsTexts.WorkerMemoryText, SettingsTexts.WorkerMemoryRule, (s, v) => Number(v, 0, 16_777_216) is { } n ? s with { WorkerMemoryMiB = n } : null, s => Text(s.WorkerMemoryMiB));

    /// <summary>When a worker counts as stuck.</summary>
    public static readonly Setting WorkerStuck = new("workerStuckSeconds", SettingsTexts.WorkerStuckText, SettingsTexts.WorkerStuckRule, (s, v) => Number(v, 1, 86400) is { } n ? s with { WorkerStuckSeconds = n } : null, s => Text(s.WorkerStuckSeconds));

    /// <summary>Whether a request that was fulfilled before gets a copy of its picture.</summary>
    public static readonly Setting ResultCache = new("resultCache", SettingsTexts.ResultCacheText, SettingsTexts.ResultCacheRule, (s, v) => v is "on" or "off" ? s with { ResultCache = v == "on" } : null, s => s.ResultCache ? "on" : "off");

    /// <summary>Where spans and metrics go.</summary>
    public static readonly Setting Telemetry = new("telemetry", SettingsTexts.TelemetryText, SettingsTexts.TelemetryRule, (s, v) => v.Length == 0 || IsCollector(v) ? s with { Telemetry = v } : null, s => s.Telemetry);

    /// <summary>How long ended jobs are listed.</summary>
    public static readonly Setting KeepJobs = new("keepJobsDays", SettingsTexts.KeepJobsText, SettingsTexts.KeepRule, (s, v) => Number(v, 1, 36500) is { } n ? s with { KeepJobsDays = n } : null, s => Text(s.KeepJobsDays));

    /// <summary>How long events are kept.</summary>
    public static readonly Setting KeepEvents = new("keepEventsDays", SettingsTexts.KeepEventsText, SettingsTexts.KeepRule, (s, v) => Number(v, 1, 36500) is { } n ? s with { KeepEventsDays = n } : null, s => Text(s.KeepEventsDays));

    /// <summary>How long forgotten uploads are kept.</summary>
    public static readonly Setting KeepUploads = new("keepUploadsDays", SettingsTexts.KeepUploadsText, SettingsTexts.KeepRule, (s, v) => Number(v, 1, 36500) is { } n ? s with { KeepUploadsDays = n } : null, s => Text(s.KeepUploadsDays));

    /// <summary>What happens to pictures that show what is unwanted.</summary>
    public static readonly Setting SafetyAction = new("safetyAction", SettingsTexts.SafetyActionText, SettingsTexts.SafetyActionRule, (s, v) => v is "off" or "blur" or "hold" or "refuse" ? s with { SafetyAction = v } : null, s => s.SafetyAction);

    /// <summary>The classifier that looks at finished pictures.</summary>
    public static readonly Setting SafetyModel = new("safetyModel", SettingsTexts.SafetyModelText, SettingsTexts.SafetyModelRule, (s, v) => v.Contains('\0', StringComparison.Ordinal) ? null : s with { SafetyModel = v }, s => s.SafetyModel);

    /// <summary>What is unwanted.</summary>
    public static readonly Setting SafetyLabels = new("safetyLabels", SettingsTexts.SafetyLabelsText, SettingsTexts.SafetyLabelsRule, (s, v) => List(v) is { Length: > 0 } labels ? s with { SafetyLabels = labels } : null, s => string.Join(',', s.SafetyLabels));

    /// <summary>How sure the classifier must be.</summary>
    public static readonly Setting SafetyThreshold = new("safetyThreshold", SettingsTexts.SafetyThresholdText, SettingsTexts.SafetyThresholdRule, (s, v) => Share(v) is { } share ? s with { SafetyThreshold = share } : null, s => s.SafetyThreshold.ToString(CultureInfo.InvariantCulture));

    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<Setting> All { get; } = [Data, Database, DatabaseOwner, Port, Listen, Public, Hosts, Proxies, Accounts, Smtp, MailFrom, Workers, WorkerThreads, Device, Precision, WorkerBatch, WorkerMemory, WorkerStuck, ResultCache, SafetyAction, SafetyModel, SafetyLabels, SafetyThreshold, Telemetry, KeepJobs, KeepEvents, KeepUploads];

    private static int? Number(string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    private static string[] List(string value) => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static double? Share(string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1 ? share : null;

    private static bool IsCollector(string value) => Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    private static string? Address(string value) =>
        value == "localhost" ? "127.0.0.1" : IPAddress.TryParse(value, out var address) ? address.ToString() : null;

    private static string[]? Names(string value)
    {
        var names = List(value);
        return names.All(name => Uri.CheckHostName(name) == UriHostNameType.Dns) ? names : null;
    }

    private static IPNetwork[]? Networks(string value)
    {
        var networks = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Network).ToList();
        return networks.Contains(null) ? null : [.. networks.OfType<IPNetwork>()];
    }

    // Everybody (a prefix of 0) is no proxy: any visitor could then say where he comes from.
    private static IPNetwork? Network(string text) =>
        IPAddress.TryParse(text, out var one) ? new IPNetwork(one, one.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
        : IPNetwork.TryParse(text, out var network) && network.PrefixLength > 0 ? network : null;

    [GeneratedRegex(@"^(auto|cpu|(cuda|tensorrt|webgpu)(:[0-9]{1,3})?)\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DeviceSpelling();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
