using System.Globalization;

namespace DiffusionHub.Postgres;

/// <summary>The server's settings, given on its command line so that an update of the hub takes effect on old clusters too.</summary>
internal static class ServerSettings
{
    /// <summary>The words after <c>postgres -D FOLDER</c>.</summary>
    public static IEnumerable<string> For(EmbeddedPostgresOptions options, int port)
    {
        List<(string Name, string Value)> settings =
        [
            ("listen_addresses", "127.0.0.1"),
            ("port", port.ToString(CultureInfo.InvariantCulture)),
            // No socket file: its path may be at most 107 bytes long, and a data folder may lie deep.
            ("unix_socket_directories", ""),
            ("max_connections", "200"),
            ("shared_buffers", "128MB"),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),
            ("log_checkpoints", "off"),
            ("logging_collector", "off"),
            // A job once accepted survives a power cut.
            ("synchronous_commit", options.Durable ? "on" : "off"),
            ("fsync", options.Durable ? "on" : "off"),
            ("full_page_writes", options.Durable ? "on" : "off"),
            ("wal_compression", "on"),
            ("max_wal_size", "1GB"),
            // Queue rows change many times and then go: without prompt cleaning each claim would wade through dead rows.
            ("autovacuum_naptime", "10s"),
            ("autovacuum_vacuum_scale_factor", "0.05"),
            ("autovacuum_vacuum_cost_delay", "1ms"),
            ("autovacuum_analyze_scale_factor", "0.05"),
            // Every statement of the hub is short; compiling one would take longer than running it.
            ("jit", "off"),
            ("random_page_cost", "1.1"),
            // A client that vanished in mid-transaction must not hold its locks for hours.
            ("idle_in_transaction_session_timeout", "5min"),
            ("tcp_keepalives_idle", "30"),
        ];
        return settings.SelectMany(setting => new[] { "-c", $"{setting.Name}={setting.Value}" });
    }
}
