namespace DiffusionHub.Postgres;

/// <summary>Where an embedded server keeps its things, and how careful it is.</summary>
/// <param name="DataFolder">The hub's data folder: the cluster lies in <c>postgres/</c>, its passwords in <c>keys/</c>, its log in <c>logs/</c>.</param>
public sealed record EmbeddedPostgresOptions(string DataFolder)
{
    /// <summary>False only for tests: nothing is forced to the disk, so a power cut may lose everything.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>The folder with <c>bin/postgres</c>; null: <c>HUB_POSTGRES_BIN</c>, or the one that came with the hub.</summary>
    public string? Binaries { get; init; }

    /// <summary>How long a fast shutdown may take before the server is stopped at once (and recovers at its next start).</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(60);

    internal string Cluster => Path.Combine(DataFolder, "postgres");

    internal string PortFile => Path.Combine(DataFolder, "postgres.port");

    internal string PasswordFile => Path.Combine(DataFolder, "keys", "postgres-password");

    internal string ApplicationPasswordFile => Path.Combine(DataFolder, "keys", "postgres-application-password");

    internal string LogFile => Path.Combine(DataFolder, "logs", "postgres.log");

    internal string LockFile => Path.Combine(DataFolder, "postgres.lock");
}
