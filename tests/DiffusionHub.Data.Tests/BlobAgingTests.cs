using DiffusionHub.Data.Blobs;
using Shouldly;
using Xunit;

namespace DiffusionHub.Data.Tests;

public sealed class BlobAgingTests : IDisposable
{
    private static readonly DateTimeOffset Then = new(2024, 3, 5, 12, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("blobs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Listed_with_key_and_age_however_deep()
    {
        var store = new FolderBlobStore(_folder);
        await StoreAsync(store, "12/34/picture.png");
        await StoreAsync(store, "uploads/ab/x.png");
        store.List().OrderBy(b => b.Key, StringComparer.Ordinal).ShouldBe([new StoredBlob("12/34/picture.png", Then), new StoredBlob("uploads/ab/x.png", Then)]);
        new FolderBlobStore(Path.Combine(_folder, "none")).List().ShouldBeEmpty();
    }

    [Fact]
    public async Task Removed_only_where_older_than_asked()
    {
        var store = new FolderBlobStore(_folder);
        await StoreAsync(store, "12/34/picture.png");
        store.DeleteOlder("12/34/picture.png", Then).ShouldBeFalse();
        store.DeleteOlder("12/34/picture.png", Then.AddTicks(1)).ShouldBeTrue();
        store.DeleteOlder("12/34/picture.png", Then.AddTicks(1)).ShouldBeFalse();
        store.List().ShouldBeEmpty();
    }

    [Fact]
    public async Task Refreshed_blob_is_young_again()
    {
        var store = new FolderBlobStore(_folder);
        await StoreAsync(store, "a/b");
        store.Refresh("a/b").ShouldBeTrue();
        store.DeleteOlder("a/b", Then.AddYears(1)).ShouldBeFalse();
        store.Refresh("a/none").ShouldBeFalse();
        store.Refresh("none/none").ShouldBeFalse();
    }

    private async Task StoreAsync(FolderBlobStore store, string key)
    {
        await store.PutAsync(key, new byte[1], CancellationToken.None);
        File.SetLastWriteTimeUtc(Path.Combine(_folder, key), Then.UtcDateTime);
    }
}
