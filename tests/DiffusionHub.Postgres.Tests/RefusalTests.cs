using System.Diagnostics;

namespace DiffusionHub.Postgres.Tests;

public sealed class RefusalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private EmbeddedPostgresOptions Options => new(folder.Path) { Durable = false };

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Cluster_of_another_major_version_is_refused_untouched()
    {
        Directory.CreateDirectory(Options.Cluster);
        var version = Path.Combine(Options.Cluster, "PG_VERSION");
        await File.WriteAllTextAsync(version, "17\n");

        (await RefusedAsync(Options)).ShouldContain("PostgreSQL 17");

        (await File.ReadAllTextAsync(version)).ShouldBe("17\n");
    }

    [Fact]
    public async Task Folder_of_something_else_is_refused_untouched()
    {
        Directory.CreateDirectory(Options.Cluster);
        await File.WriteAllTextAsync(Path.Combine(Options.Cluster, "diary.txt"), "dear diary");

        (await RefusedAsync(Options)).ShouldContain("PG_VERSION");

        Directory.EnumerateFiles(Options.Cluster).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Missing_binaries_are_named()
    {
        (await RefusedAsync(Options with { Binaries = "/nowhere" })).ShouldContain("/nowhere");
    }

    [Fact]
    public async Task Read_only_folder_is_refused() =>
        // Root writes wherever mode bits forbid it, but nobody makes folders there.
        (await RefusedAsync(new EmbeddedPostgresOptions("/sys/hub-data"))).ShouldContain("/sys/hub-data");

    [Theory]
    [InlineData("8m")]
    [InlineData("20m")]
    [InlineData("24m")]
    public async Task Full_disk_is_named_and_the_next_start_works(string size)
    {
        using var disk = SmallDisk.TryMount(folder.Path, size);
        Assert.SkipWhen(disk is null, "Mounting a small disk needs root with CAP_SYS_ADMIN.");

        (await RefusedAsync(Options)).ShouldContain("full");

        disk.Resize("256m");
        await using var postgres = await EmbeddedPostgres.StartAsync(Options);
        (await Database.AskAsync<int>(postgres.ConnectionString, "SELECT 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Binaries_under_a_private_folder_are_copied_for_the_servers_user()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root's server runs as another user.");
        using var home = new TemporaryFolder();
        var binaries = Path.Combine(home.Path, "clone", "native");
        Directory.CreateDirectory(Path.GetDirectoryName(binaries)!);
        var source = (await Binaries.ForAsync(Options, new ServerUser(null, null), CancellationToken.None)).Folder;
        using (var copy = Process.Start("cp", ["-r", source, binaries]))
        {
            await copy.WaitForExitAsync();
        }

        File.SetUnixFileMode(home.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var options = Options with { Binaries = binaries };

        for (var start = 1; start <= 2; start++)
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(options);
            (await Database.AskAsync<string>(postgres.OwnerConnectionString, "CREATE EXTENSION IF NOT EXISTS pg_trgm; SELECT 'ok'")).ShouldBe("ok");
        }

        Directory.EnumerateDirectories(Path.Combine(folder.Path, "postgres-programs")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Data_folder_that_the_servers_user_cannot_reach_is_refused_with_the_folder_that_blocks()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root's server runs as another user.");
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var data = Path.Combine(folder.Path, "clone", "data");

        var message = await RefusedAsync(new EmbeddedPostgresOptions(data));

        message.ShouldContain($"cannot enter {folder.Path},");
        (await EmbeddedPostgres.BlockedByAsync(data)).ShouldBe(folder.Path);
    }

    private static async Task<string> RefusedAsync(EmbeddedPostgresOptions options) =>
        (await Should.ThrowAsync<EmbeddedPostgresException>(() => EmbeddedPostgres.StartAsync(options))).Message;
}
