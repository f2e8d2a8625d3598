using System.Globalization;
using System.Security.Cryptography;

namespace DiffusionHub.Postgres;

/// <summary>The folder of a database cluster: made at first use, held against the version that is to run it.</summary>
internal sealed class Cluster(EmbeddedPostgresOptions options, ServerUser user, Binaries binaries)
{
    /// <summary>The role that owns everything, a superuser: it makes the database and changes the schema.</summary>
    public const string Role = "hub";

    /// <summary>The password of <see cref="Role"/>, with a cluster that has it.</summary>
    /// <exception cref="EmbeddedPostgresException">Another version's cluster, or initdb failed.</exception>
    public async Task<string> PrepareAsync(CancellationToken cancellationToken)
    {
        // Half-made clusters of killed starts: nothing was ever stored in them.
        foreach (var half in Directory.EnumerateFileSystemEntries(options.DataFolder, "postgres.new-*"))
        {
            Delete(half);
        }

        var exists = Directory.Exists(options.Cluster) && Directory.EnumerateFileSystemEntries(options.Cluster).Any();
        if (!exists)
        {
            var created = SecretFile.Read(options.PasswordFile) ?? SecretFile.Renew(options.PasswordFile);
            await CreateAsync(created, cancellationToken);
            return created;
        }

        CheckVersion();
        if (SecretFile.Read(options.PasswordFile) is { } known)
        {
            return known;
        }

        // keys/ was lost or left behind: whoever owns the cluster's files may choose a new password.
        var replaced = SecretFile.Renew(options.PasswordFile);
        await ReplacePasswordAsync(replaced, cancellationToken);
        return replaced;
    }

    private void CheckVersion()
    {
        var file = Path.Combine(options.Cluster, "PG_VERSION");
        if (!File.Exists(file))
        {
            throw Failure(PostgresTexts.NoVersion, options.Cluster);
        }

        var version = File.ReadAllText(file).Trim();
        if (version != binaries.Major.ToString(CultureInfo.InvariantCulture))
        {
            throw Failure(PostgresTexts.OtherMajor, options.Cluster, version, binaries.Major);
        }
    }

    private async Task CreateAsync(string password, CancellationToken cancellationToken)
    {
        // Made under another name and renamed when it is whole: a killed initdb leaves nothing that looks like a cluster.
        var half = Path.Combine(options.DataFolder, "postgres.new-" + RandomNumberGenerator.GetHexString(8, lowercase: true));
        var passwordFile = half + ".password";
        Directory.CreateDirectory(half, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        user.Own(half);
        try
        {
            SecretFile.Write(passwordFile, password + "\n");
            user.Own(passwordFile);
            string[] arguments =
            [
                "--pgdata", half, "--username", Role, "--pwfile", passwordFile, "--auth=scram-sha-256", "--encoding=UTF8",
                "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", .. options.Durable ? Array.Empty<string>() : ["--no-sync"],
            ];
            var (code, output) = await RunAsync(binaries.InitDb, arguments, null, cancellationToken);
            if (code != 0)
            {
                Delete(half);
                throw LogTail.SpeaksOfFullDisk(output)
                    ? Failure(PostgresTexts.DiskFull, options.DataFolder)
                    : Failure(PostgresTexts.InitFailed, options.Cluster, output);
            }
        }
        finally
        {
            File.Delete(passwordFile);
        }

        if (Directory.Exists(options.Cluster))
        {
            Directory.Delete(options.Cluster);
        }

        Directory.Move(half, options.Cluster);
    }

    private async Task ReplacePasswordAsync(string password, CancellationToken cancellationToken)
    {
        // Single-user mode asks for no password; the statement ends with the line.
        var statement = $"ALTER ROLE {Role} PASSWORD '{password}'\n";
        var (code, output) = await RunAsync(binaries.Postgres, ["--single", "-D", options.Cluster, "postgres"], statement, cancellationToken);
        if (code != 0 || output.Contains("ERROR:", StringComparison.Ordinal))
        {
            File.Delete(options.PasswordFile);
            throw Failure(PostgresTexts.StartFailed, options.Cluster, "\n" + output);
        }
    }

    private Task<(int Code, string Output)> RunAsync(string program, string[] arguments, string? input, CancellationToken cancellationToken) =>
        // No --pdeathsig here: this call may go on on another thread than it began. A lost initdb ends by itself and was never renamed.
        Programs.RunAsync(Programs.Start("setsid", [.. user.Prefix("clear").Skip(1), program, .. arguments]), input, cancellationToken);

    private static void Delete(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }
        catch (IOException)
        {
            // A dying initdb still writes there; the next start finds it and tries again.
        }
    }

    private static EmbeddedPostgresException Failure(string text, params object[] values) =>
        new(string.Format(CultureInfo.InvariantCulture, text, values));
}
