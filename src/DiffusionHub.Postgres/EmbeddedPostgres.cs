using System.Globalization;
using Npgsql;

namespace DiffusionHub.Postgres;

/// <summary>
/// The hub's own PostgreSQL server in the data folder: created at first use, reachable on 127.0.0.1 with random passwords, and started
/// cleanly after any kind of end. It has two roles: the owner, which makes and changes the schema, and the application, which works in it.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private const int PortAttempts = 5;
    private const int NoSpace = 28;
    private readonly EmbeddedPostgresOptions options;
    private readonly FolderLock folderLock;
    private readonly ServerUser user;
    private readonly Binaries binaries;
    private string password = "";
    private string applicationPassword = "";
    private int port;
    private ServerProcess? server;

    private EmbeddedPostgres(EmbeddedPostgresOptions options, FolderLock folderLock, ServerUser user, Binaries binaries)
    {
        this.options = options;
        this.folderLock = folderLock;
        this.user = user;
        this.binaries = binaries;
    }

    /// <summary>How web and workers reach the hub's database: as a role that owns nothing.</summary>
    public string ConnectionString => Connections.Application(port, applicationPassword);

    /// <summary>How migrations reach it: as the superuser that everything belongs to.</summary>
    public string OwnerConnectionString => Connections.Owner(port, password);

    /// <summary>The port on 127.0.0.1.</summary>
    public int ServerPort => port;

    /// <summary>The postmaster's process number.</summary>
    public int ProcessId => server!.Id;

    /// <summary>Completes when the server has ended, asked or not. <see cref="RestartAsync"/> begins a new one.</summary>
    public Task Exited => server!.Exited;

    /// <summary>Starts the server of a data folder, which is created where missing, and waits until it takes connections.</summary>
    /// <exception cref="EmbeddedPostgresException">It cannot be started; the message says why and what to do.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken = default)
    {
        options = options with { DataFolder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.DataFolder)) };
        FolderLock? folderLock = null;
        try
        {
            Programs.Check();
            Directory.CreateDirectory(options.DataFolder);
            // Where links lead, because running servers are told by the folder they work in.
            options = options with { DataFolder = RealPath(options.DataFolder) };
            Directory.CreateDirectory(Path.GetDirectoryName(options.LogFile)!);
            folderLock = FolderLock.TryTake(options.LockFile) ?? throw Failure(PostgresTexts.InUse, options.Cluster, options.DataFolder);
            var user = await ServerUser.OfAsync(options.Cluster, cancellationToken);
            if (await user.BlockedByAsync(options.DataFolder, cancellationToken) is { } blocking)
            {
                throw Failure(PostgresTexts.FolderBlocked, user.User!, blocking, options.DataFolder);
            }

            var binaries = await Binaries.ForAsync(options, user, cancellationToken);
            await Leftovers.EndAsync(options.Cluster, cancellationToken);
            var postgres = new EmbeddedPostgres(options, folderLock, user, binaries);
            await postgres.OpenAsync(cancellationToken);
            folderLock = null;
            return postgres;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw error.HResult == NoSpace
                ? Failure(PostgresTexts.DiskFull, options.DataFolder)
                : Failure(PostgresTexts.NotWritable, options.DataFolder, error.Message);
        }
        finally
        {
            folderLock?.Dispose();
        }
    }

    /// <summary>The application's connection string of a data folder whose server runs in another process; null when the folder never had one.</summary>
    /// <exception cref="UnauthorizedAccessException">The password belongs to another user.</exception>
    public static string? FindConnectionString(string dataFolder)
    {
        var options = new EmbeddedPostgresOptions(dataFolder);
        return Port.Kept(options.PortFile) is { } port && SecretFile.Read(options.ApplicationPasswordFile) is { } secret
            ? Connections.Application(port, secret)
            : null;
    }

    /// <summary>The owner's, otherwise as <see cref="FindConnectionString"/>.</summary>
    /// <exception cref="UnauthorizedAccessException">The password belongs to another user.</exception>
    public static string? FindOwnerConnectionString(string dataFolder)
    {
        var options = new EmbeddedPostgresOptions(dataFolder);
        return Port.Kept(options.PortFile) is { } port && SecretFile.Read(options.PasswordFile) is { } secret
            ? Connections.Owner(port, secret)
            : null;
    }

    /// <summary>The first folder above <paramref name="folder"/> that the server's user could not enter; null: none (always so unless root asks).</summary>
    public static async Task<string?> BlockedByAsync(string folder, CancellationToken cancellationToken = default) =>
        await (await ServerUser.OfAsync(Path.Combine(folder, "postgres"), cancellationToken)).BlockedByAsync(folder, cancellationToken);

    /// <summary>Starts the server again after it ended by itself, on the same port, so that connection strings stay right.</summary>
    /// <exception cref="EmbeddedPostgresException">It cannot be started at the moment.</exception>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await server!.StopAsync(options.StopTimeout);
        await Leftovers.EndAsync(options.Cluster, cancellationToken);
        if (!Port.IsFree(port))
        {
            throw Failure(PostgresTexts.PortTaken, port);
        }

        try
        {
            await StartServerAsync(port, cancellationToken);
        }
        catch (FolderOrPortTakenException error)
        {
            throw new EmbeddedPostgresException(error.Message, error);
        }
    }

    /// <summary>Stops the server (fast shutdown) and gives the folder free.</summary>
    public async Task StopAsync()
    {
        if (server is not null)
        {
            await server.StopAsync(options.StopTimeout);
        }

        folderLock.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var cluster = new Cluster(options, user, binaries);
        password = await cluster.PrepareAsync(cancellationToken);
        await StartOnAnyPortAsync(cancellationToken);
        try
        {
            await EnsureDatabaseAsync(cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InvalidPassword)
        {
            // The password file is another cluster's. The files are ours, so a new password can be set with the server down.
            await server!.StopAsync(options.StopTimeout);
            File.Delete(options.PasswordFile);
            password = await cluster.PrepareAsync(cancellationToken);
            await StartServerAsync(port, cancellationToken);
            await EnsureDatabaseAsync(cancellationToken);
        }
        catch
        {
            await server!.StopAsync(options.StopTimeout);
            throw;
        }
    }

    private async Task StartOnAnyPortAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var wanted = attempt == 1 && Port.Kept(options.PortFile) is { } kept && Port.IsFree(kept) ? kept : Port.Free();
            try
            {
                await StartServerAsync(wanted, cancellationToken);
                Port.Keep(options.PortFile, wanted);
                return;
            }
            catch (FolderOrPortTakenException) when (attempt < PortAttempts)
            {
                // Someone was quicker between the look and the start.
                await Leftovers.EndAsync(options.Cluster, cancellationToken);
            }
            catch (FolderOrPortTakenException error)
            {
                throw new EmbeddedPostgresException(error.Message, error);
            }
        }
    }

    private async Task StartServerAsync(int wanted, CancellationToken cancellationToken)
    {
        var log = new LogTail(options.LogFile);
        server = await ServerProcess.StartAsync(options, user, binaries, wanted);
        port = wanted;
        try
        {
            await Readiness.WaitAsync(server, options, log, cancellationToken);
        }
        catch
        {
            await server.StopAsync(options.StopTimeout);
            throw;
        }
    }

    private async Task EnsureDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(Connections.Owner(port, password, "postgres") + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var find = new NpgsqlCommand($"SELECT 1 FROM pg_database WHERE datname = '{Connections.Database}'", connection);
        if (await find.ExecuteScalarAsync(cancellationToken) is null)
        {
            await using var create = new NpgsqlCommand($"CREATE DATABASE {Connections.Database}", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        applicationPassword = await ApplicationRole.EnsureAsync(connection, options.ApplicationPasswordFile, cancellationToken);
    }

    private static string RealPath(string folder)
    {
        var parent = Path.GetDirectoryName(folder);
        var link = new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        return link is not null ? RealPath(link) : parent is null ? folder : Path.Combine(RealPath(parent), Path.GetFileName(folder));
    }

    private static EmbeddedPostgresException Failure(string text, params object[] values) =>
        new(string.Format(CultureInfo.InvariantCulture, text, values));
}
