using System.Net;

namespace DiffusionHub.Data.Settings;

/// <summary>The settings in effect, valid in themselves. Made by <see cref="SettingsReader"/>.</summary>
public sealed record HubSettings
{
    /// <summary>The data folder, absolute.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Connection string of the database; null: the embedded server in <see cref="DataFolder"/>.</summary>
    public string? Database { get; init; }

    /// <summary>Connection string of the same database for migrations, as the role that owns it; null: as <see cref="Database"/>.</summary>
    public string? DatabaseOwner { get; init; }

    /// <summary>The web server's port; 0: any free one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>The IP address the web server listens on.</summary>
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary>Names besides its addresses, localhost and the machine's own under which the web server is reached.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>The proxies in front of the web server: networks (a single address is one) from which forwarded headers are believed.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    /// <summary>Whether one has to sign in even where only this machine reaches the hub.</summary>
    public bool Accounts { get; init; }

    /// <summary>The server that takes the hub's e-mails, smtp:// or smtps://; empty: none are sent.</summary>
    public string Smtp { get; init; } = "";

    /// <summary>Whom e-mails come from; empty: the user of <see cref="Smtp"/>, or the hub at its host.</summary>
    public string MailFrom { get; init; } = "";

    /// <summary>How many worker processes; null: one a device.</summary>
    public int? Workers { get; init; }

    /// <summary>Threads of one worker's calculations; 0: as many as there are cores.</summary>
    public int WorkerThreads { get; init; }

    /// <summary>What a worker computes on: auto, cpu, cuda:N, tensorrt:N or webgpu:N.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>The numbers that a worker computes with: auto, fp32 or fp16.</summary>
    public string Precision { get; init; } = "auto";

    /// <summary>Most jobs that one worker computes at the same time; 0: what pays on its device.</summary>
    public int WorkerBatch { get; init; }

    /// <summary>Memory in MiB that one worker keeps its models within; 0: its part of three fifths of the machine's.</summary>
    public int WorkerMemoryMiB { get; init; }

    /// <summary>Seconds without a sign of life after which a job's computing counts as stuck.</summary>
    public int WorkerStuckSeconds { get; init; } = 900;

    /// <summary>Whether a request that was fulfilled before, seed and all, gets a copy of its picture instead of a new one.</summary>
    public bool ResultCache { get; init; }

    /// <summary>What happens to a picture that shows what is unwanted: off (nobody looks), blur, hold or refuse.</summary>
    public string SafetyAction { get; init; } = "off";

    /// <summary>Folder of the image classifier that looks, or its name in the models folder; empty: there is none.</summary>
    public string SafetyModel { get; init; } = "";

    /// <summary>The labels of that classifier that are unwanted.</summary>
    public IReadOnlyList<string> SafetyLabels { get; init; } = [];

    /// <summary>From which probability on, 0 to 1, a picture counts as showing it.</summary>
    public double SafetyThreshold { get; init; } = 0.5;

    /// <summary>Address of an OpenTelemetry collector that takes OTLP over HTTP; empty: nothing is collected or sent.</summary>
    public string Telemetry { get; init; } = "";

    /// <summary>Days for which ended jobs are listed; their pictures stay in the gallery.</summary>
    public int KeepJobsDays { get; init; } = 90;

    /// <summary>Days for which events and idempotency keys are kept.</summary>
    public int KeepEventsDays { get; init; } = 14;

    /// <summary>Days for which a given picture is kept that no request speaks of.</summary>
    public int KeepUploadsDays { get; init; } = 7;

    /// <summary>Where published pictures lie.</summary>
    public string PicturesFolder => Path.Combine(DataFolder, "pictures");

    /// <summary>Where imported models lie.</summary>
    public string ModelsFolder => Path.Combine(DataFolder, "models");

    /// <summary>Where secrets lie; each file 0600.</summary>
    public string KeysFolder => Path.Combine(DataFolder, "keys");

    /// <summary>Where the processes' logs lie.</summary>
    public string LogsFolder => Path.Combine(DataFolder, "logs");

    /// <summary>The settings of this process: <c>hub.json</c> in the data folder, <c>HUB_…</c> variables over it.</summary>
    /// <remarks>For web and worker. They get every setting as a variable from <c>hub up</c>, or have them from their container.</remarks>
    /// <exception cref="SettingsException">Something given is wrong.</exception>
    public static HubSettings Load() => SettingsReader.Read(SettingsSources.OfProcess()).Settings with { DatabaseOwner = null };

    /// <summary>These settings as the <c>HUB_…</c> variables of a child process. What is not for it is empty, over what it would inherit.</summary>
    public IReadOnlyDictionary<string, string> ToEnvironment() => KnownSettings.All.Where(setting => setting.Shows == setting.Name)
        .ToDictionary(setting => setting.Variable, setting => setting.StaysHere ? "" : setting.Show(this), StringComparer.Ordinal);
}
