using DiffusionHub.Domain.Pictures;
using DiffusionHub.Web.Shared.Housekeeping.Chores;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Housekeeping;

public sealed class PicturesChoreTests : HouseTest
{
    private const double Old = 24.1;
    private const double Young = 23.9;

    [Fact]
    public async Task Old_results_go_that_nothing_speaks_of()
    {
        var live = await SubmitAsync();
        await PublishAsync(900, "900/2/picture.png");
        await StoreAsync("900/1/picture.png", Old);
        await StoreAsync("900/1/thumbnail.webp", Old);
        await StoreAsync("900/2/picture.png", Old);
        await StoreAsync("901/1/picture.png", Old);
        await StoreAsync("902/1/picture.png", Young);
        await StoreAsync($"{live}/1/picture.png", Old);
        await StoreAsync("probe/abc", Old);
        await StoreAsync("probe/young", Young);
        await StoreAsync("903/1/picture.png.0123.tmp", Old);
        await StoreAsync("some/other.png", Old);
        await StoreAsync("uploads/aa/aa.png", 10_000);
        var chore = new PicturesChore(House, Database, Blobs, TimeProvider.System);
        (await chore.RunAsync(CancellationToken.None)).ShouldBe(5);
        string[] kept = [$"{live}/1/picture.png", "900/2/picture.png", "902/1/picture.png", "probe/young", "some/other.png", "uploads/aa/aa.png"];
        Stored().ShouldBe(kept.Order(StringComparer.Ordinal));
        (await chore.RunAsync(CancellationToken.None)).ShouldBe(0);
    }

    [Fact]
    public async Task Old_uploads_go_that_no_request_speaks_of()
    {
        var hash = Enumerable.Range(0, 6).Select(i => new string((char)('a' + i), 64)).ToArray();
        var key = hash.Select(h => UploadReference.KeyOf(UploadReference.Of(h))!).ToArray();
        await SubmitAsync(Request(hash[0]));
        await Queue.CancelAsync([await SubmitAsync(Request(hash[1]))], null);
        await PublishAsync(900, "900/1/picture.png", Request(hash[2]));
        foreach (var k in key[..4])
        {
            await StoreAsync(k, 24 * 7.1);
        }

        await StoreAsync(key[4], 24 * 6.9);
        await StoreAsync(key[5], 24 * 7.1);
        Blobs.Refresh(key[5]).ShouldBeTrue();
        await StoreAsync("900/1/picture.png", 24 * 100);
        var chore = new UploadsChore(House, Database, Blobs, Settings, TimeProvider.System);
        (await chore.RunAsync(CancellationToken.None)).ShouldBe(1);
        Stored().ShouldBe(new[] { "900/1/picture.png", key[0], key[1], key[2], key[4], key[5] }.Order(StringComparer.Ordinal));
    }

    private static string Request(string hash) => $$"""{"model": "sprout", "mask": "{{UploadReference.Of(hash)}}"}""";
}
