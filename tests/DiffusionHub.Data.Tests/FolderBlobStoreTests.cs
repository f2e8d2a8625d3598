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
