using DiffusionHub.Worker.Safety;
using Shouldly;
using Xunit;

namespace DiffusionHub.Worker.Tests;

/// <summary>The same request again: a copy of its picture, and never another's.</summary>
public sealed class ResultCacheTests : IAsyncLifetime
{
    private ResultShop _shop = null!;

    public async ValueTask InitializeAsync() => _shop = await ResultShop.OpenAsync();

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task The_same_request_gets_a_copy_that_lives_without_the_original()
    {
        var first = await _shop.WorkAsync();
        (first.Copied, first.Key.ShouldNotBeNull().Length).ShouldBe((false, 32));
        var second = await _shop.WorkAsync();
        second.Copied.ShouldBeTrue();
        second.Key.ShouldBe(first.Key);
        second.Milliseconds.ShouldBe(0);
        second.BlobKey.ShouldNotBe(first.BlobKey);
        _shop.Read(second.BlobKey).ShouldBe(_shop.Read(first.BlobKey));
        _shop.Read(second.ThumbnailKey).ShouldBe(_shop.Read(first.ThumbnailKey));

        await _shop.RemoveAsync(first);
        _shop.Read(second.BlobKey).Length.ShouldBeGreaterThan(0);
        // A copy is as good as the original.
        var third = await _shop.WorkAsync();
        (third.Copied, third.Milliseconds).ShouldBe((true, 0));
    }

    [Fact]
    public async Task Copy_stands_as_the_original_does_now()
    {
        _shop.Verdict = new SafetyVerdict("held", "Red.", TimeSpan.FromMilliseconds(3));
        var first = await _shop.WorkAsync();
        (first.Standing, first.Reason, first.Milliseconds).ShouldBe(("held", "Red.", 8));
        var second = await _shop.WorkAsync();
        (second.Copied, second.Standing, second.Reason).ShouldBe((true, "held", "Red."));
        await _shop.ExecuteAsync("UPDATE hub.picture SET standing = 'removed', standing_reason = 'No.'");
        var third = await _shop.WorkAsync();
        (third.Copied, third.Standing, third.Reason).ShouldBe((true, "removed", "No."));
    }

    [Fact]
    public async Task What_lost_a_file_or_a_part_of_it_is_computed_again()
    {
        var first = await _shop.WorkAsync();
        _shop.Cut(first.BlobKey);
        (await _shop.WorkAsync()).Copied.ShouldBeFalse();
        var last = await _shop.WorkAsync();
        last.Copied.ShouldBeTrue();
        foreach (var picture in await _shop.PicturesAsync())
        {
            _shop.Blobs.Delete(picture.ThumbnailKey);
        }

        (await _shop.WorkAsync()).Copied.ShouldBeFalse();
    }

    [Fact]
    public async Task Key_of_another_request_is_not_trusted()
    {
        await _shop.WorkAsync();
        await _shop.ExecuteAsync("UPDATE hub.picture SET request = request || '{\"prompt\": \"another\"}'");
        (await _shop.WorkAsync()).Copied.ShouldBeFalse();
    }

    [Fact]
    public async Task Switched_off_in_the_live_lane_or_without_a_seed_everything_is_computed()
    {
        await _shop.WorkAsync();
        var off = await _shop.WorkAsync(device: null);
        (off.Copied, off.Key).ShouldBe((false, null));
        var live = await _shop.WorkAsync(lane: "live");
        (live.Copied, live.Key).ShouldBe((false, null));
        var drawn = await _shop.WorkAsync(seedGiven: false);
        drawn.Copied.ShouldBeFalse();
        // Its seed is known now: who asks for it by number gets this very picture.
        drawn.Key.ShouldNotBeNull();
    }

    [Fact]
    public async Task Every_other_thing_that_it_depends_on_is_another_picture()
    {
        await _shop.WorkAsync();
        (await _shop.WorkAsync(change: request => request with { Prompt = "a blue fox" })).Copied.ShouldBeFalse();
        (await _shop.WorkAsync(change: request => request with { Seed = 8 })).Copied.ShouldBeFalse();
        (await _shop.WorkAsync(device: "cuda:0")).Copied.ShouldBeFalse();
        _shop.Write("lora.safetensors", "one");
        (await _shop.WorkAsync(adapter: ("lora.safetensors", 0.7))).Copied.ShouldBeFalse();
        (await _shop.WorkAsync(adapter: ("lora.safetensors", 0.7))).Copied.ShouldBeTrue();
        // The weight may come from the catalogue's card: the request's text is the same.
        (await _shop.WorkAsync(adapter: ("lora.safetensors", 0.8))).Copied.ShouldBeFalse();
        _shop.Write("lora.safetensors", "two");
        (await _shop.WorkAsync(adapter: ("lora.safetensors", 0.7))).Copied.ShouldBeFalse();
        (await _shop.WorkAsync()).Copied.ShouldBeTrue();
        _shop.Write("model/vae/config.json", "{ }");
        (await _shop.WorkAsync()).Copied.ShouldBeFalse();
        (await _shop.WorkAsync()).Copied.ShouldBeTrue();
    }

    [Fact]
    public async Task Picture_of_a_model_that_changed_meanwhile_or_was_loaded_before_it_changed_is_not_used_again()
    {
        var during = await _shop.WorkAsync(meanwhile: () => _shop.Write("model/unet.safetensors", "newer"));
        during.Key.ShouldBeNull();
        var (old, _) = _shop.Load();
        _shop.Write("model/unet.safetensors", "newest");
        (await _shop.WorkAsync(maker: old)).Key.ShouldBeNull();
        (await _shop.WorkAsync()).Copied.ShouldBeFalse();
        (await _shop.WorkAsync()).Copied.ShouldBeTrue();
    }

    [Fact]
    public async Task Model_that_is_gone_from_the_disk_has_no_key_and_stops_nothing()
    {
        await _shop.WorkAsync();
        var (maker, _) = _shop.Load();
        _shop.RemoveModel();
        var end = await _shop.WorkAsync(maker: maker);
        (end.Copied, end.Key).ShouldBe((false, null));
    }

    [Fact]
    public async Task Two_at_once_never_publish_one_file_twice()
    {
        await _shop.WorkAsync();
        var copies = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _shop.WorkAsync()));
        copies.ShouldAllBe(copy => copy.Copied);
        var pictures = await _shop.PicturesAsync();
        pictures.Count.ShouldBe(7);
        pictures.Select(picture => picture.BlobKey).ShouldBeUnique();
    }
}
