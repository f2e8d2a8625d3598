using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace DiffusionHub.Postgres;

/// <summary>The programs of one PostgreSQL version.</summary>
/// <param name="Folder">The folder that has <c>bin/</c>, <c>lib/</c> and <c>share/</c>.</param>
/// <param name="Version">As it names itself, e.g. <c>18.4</c>.</param>
internal sealed partial record Binaries(string Folder, string Version)
{
    public string Postgres => Path.Combine(Folder, "bin", "postgres");

    public string InitDb => Path.Combine(Folder, "bin", "initdb");

    public int Major => int.Parse(Version.Split('.')[0], CultureInfo.InvariantCulture);

    /// <summary>The binaries that <paramref name="user"/> can run: in place, or copied once into the data folder.</summary>
    public static async Task<Binaries> ForAsync(EmbeddedPostgresOptions options, ServerUser user, CancellationToken cancellationToken)
    {
        var folder = Locate(options.Binaries);
        var postgres = Path.Combine(folder, "bin", "postgres");
        var (code, output) = await Programs.RunAsync(Programs.Start(postgres, "--version"), null, cancellationToken);
        var version = VersionNumber().Match(output);
        if (code != 0 || !version.Success)
        {
            throw new EmbeddedPostgresException(string.Format(CultureInfo.InvariantCulture, PostgresTexts.BadBinaries, folder, output));
        }

        var binaries = new Binaries(folder, version.Value);
        return await user.BlockedByAsync(Path.Combine(folder, "bin"), cancellationToken) is null ? binaries : binaries.CopyTo(options.DataFolder);
    }

    private static string Locate(string? given)
    {
        given ??= Environment.GetEnvironmentVariable("HUB_POSTGRES_BIN");
        var folder = Path.GetFullPath(given is { Length: > 0 } ? given : Path.Combine(AppContext.BaseDirectory, BuiltIn()));
        // Both spellings are welcome: the folder of the programs itself, and the one above it.
        if (File.Exists(Path.Combine(folder, "postgres")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return File.Exists(Path.Combine(folder, "bin", "postgres"))
            ? folder
            : throw new EmbeddedPostgresException(string.Format(CultureInfo.InvariantCulture, PostgresTexts.NoBinaries, folder));
    }

    private static string BuiltIn() =>
        typeof(Binaries).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "PostgresFolder").Value!;

    /// <summary>Copies everything under a name that says which binaries these are, so that an update brings its own copy.</summary>
    private Binaries CopyTo(string dataFolder)
    {
        var source = new FileInfo(Postgres);
        var name = string.Create(CultureInfo.InvariantCulture, $"{Version}-{source.Length:x}-{source.LastWriteTimeUtc.Ticks:x}");
        var home = Path.Combine(dataFolder, "postgres-programs");
        var target = Path.Combine(home, name);
        if (!Directory.Exists(target))
        {
            if (Directory.Exists(home))
            {
                Directory.Delete(home, recursive: true);
            }

            var half = target + ".new";
            CopyFolder(new DirectoryInfo(Folder), half);
            Directory.Move(half, target);
        }

        return this with { Folder = target };
    }

    private static void CopyFolder(DirectoryInfo from, string to)
    {
        const UnixFileMode everyoneReads = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.UserWrite;
        const UnixFileMode everyoneEnters = everyoneReads | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        Directory.CreateDirectory(to);
        File.SetUnixFileMode(to, everyoneEnters);
        foreach (var file in from.EnumerateFiles())
        {
            var copy = file.CopyTo(Path.Combine(to, file.Name)).FullName;
            File.SetUnixFileMode(copy, from.Name == "bin" ? everyoneEnters : everyoneReads);
        }

        foreach (var folder in from.EnumerateDirectories())
        {
            CopyFolder(folder, Path.Combine(to, folder.Name));
        }
    }

    [GeneratedRegex(@"\d+(\.\d+)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionNumber();
}
