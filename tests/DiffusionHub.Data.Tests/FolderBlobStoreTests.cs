using DiffusionHub.Data.Blobs;
using Shouldly;
using Xunit;

namespace DiffusionHub.Data.Tests;

public sealed class FolderBlobStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("blobs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Stored_bytes_come_back_and_nothing_else_is_left()
    {
        var store = new FolderBlobStore(_folder);
        await store.PutAsync("12/34/picture.png", new byte[] { 1, 2, 3 }, CancellationToken.None);
        await using (var stream = store.Open("12/34/picture.png").ShouldNotBeNull())
        {
            var bytes = new byte[3];
            await stream.ReadExactlyAsync(bytes);
            bytes.ShouldBe([1, 2, 3]);
        }

        Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Count().ShouldBe(1);
        store.Delete("12/34/picture.png");
        store.Open("12/34/picture.png").ShouldBeNull();
        store.Delete("12/34/picture.png");
        store.Delete("never/was/there.png");
    }

    [Fact]
    public async Task Deleted_blobs_leave_no_empty_folders_and_take_no_others()
    {
        var store = new FolderBlobStore(_folder);
        foreach (var key in new[] { "12/1/picture.png", "12/1/thumbnail.webp", "12/2/picture.png" })
        {
            await store.PutAsync(key, new byte[1], CancellationToken.None);
        }

        store.Delete("12/1/picture.png");
        store.Delete("12/1/thumbnail.webp");
        Directory.EnumerateFileSystemEntries(_folder, "*", SearchOption.AllDirectories).Select(e => Path.GetRelativePath(_folder, e)).Order()
            .ShouldBe(["12", "12/2", "12/2/picture.png"]);
        store.Delete("12/2/picture.png");
        await store.ProbeAsync(CancellationToken.None);
        Directory.EnumerateFileSystemEntries(_folder).ShouldBeEmpty();
        Directory.Exists(_folder).ShouldBeTrue();
    }

    [Fact]
    public async Task Folder_whose_blobs_come_and_go_at_once_takes_them_all()
    {
        var store = new FolderBlobStore(_folder);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await store.ProbeAsync(CancellationToken.None);
            }
        })));
        Directory.EnumerateFileSystemEntries(_folder).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("a/../../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("A.png")]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("a\0b")]
    public async Task Key_that_leaves_the_folder_is_refused(string key) =>
        await Should.ThrowAsync<ArgumentException>(() => new FolderBlobStore(_folder).PutAsync(key, new byte[1], CancellationToken.None));

    [Fact]
    public async Task Folder_that_cannot_be_written_is_said_so()
    {
        // A file where the folder should be: fails for root too, unlike a read-only mode.
        var blocked = Path.Combine(_folder, "file");
        await File.WriteAllBytesAsync(blocked, []);
        var error = await Should.ThrowAsync<IOException>(() => new FolderBlobStore(blocked).ProbeAsync(CancellationToken.None));
        error.Message.ShouldContain(blocked);
    }
}
