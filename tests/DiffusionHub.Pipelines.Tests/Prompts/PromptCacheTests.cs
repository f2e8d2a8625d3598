using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Prompts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Tests.Prompts;

/// <summary>What is kept of texts, and what makes two of them different.</summary>
public sealed class PromptCacheTests
{
    private static readonly PromptChunk Chunk = new([1, 2, 3], [1, 1.2f, 0]);

    [Fact]
    public void Known_text_is_not_encoded_again_and_both_are_counted()
    {
        var cache = new PromptCache();
        var first = cache.Get(new PromptKey("a"), () => Made(4));
        cache.Get(new PromptKey("a"), () => throw new InvalidOperationException("It was encoded again.")).ShouldBeSameAs(first);
        cache.Get(new PromptKey("b"), () => Made(4)).ShouldNotBeSameAs(first);
        cache.Counts.ShouldBe(new CacheCounts(1, 2));
    }

    [Fact]
    public void Text_used_longest_ago_goes_first_and_the_bound_holds()
    {
        // Each takes 2 bytes for its key and 400 for its states and vector.
        var cache = new PromptCache(bytes: 3 * 402);
        foreach (var key in (string[])["a", "b", "c", "a", "d"])
        {
            cache.Get(new PromptKey(key), () => Made(60, 40));
        }

        cache.Held.ShouldBe(3 * 402);
        Misses("a").ShouldBeFalse();
        Misses("c").ShouldBeFalse();
        Misses("d").ShouldBeFalse();
        Misses("b").ShouldBeTrue();
        // It took the place of "a", which is the oldest now.
        Misses("c").ShouldBeFalse();
        Misses("a").ShouldBeTrue();
        cache.Held.ShouldBe(3 * 402);

        bool Misses(string key)
        {
            var before = cache.Counts.Misses;
            cache.Get(new PromptKey(key), () => Made(60, 40));
            return cache.Counts.Misses > before;
        }
    }

    [Fact]
    public void Text_larger_than_the_cache_is_not_kept_and_drives_nothing_out()
    {
        var cache = new PromptCache(bytes: 100);
        cache.Get(new PromptKey("a"), () => Made(10));
        cache.Get(new PromptKey("b"), () => Made(1000));
        cache.Held.ShouldBe(42);
        cache.Get(new PromptKey("a"), () => throw new InvalidOperationException("It went."));
    }

    [Fact]
    public void Everything_that_the_output_depends_on_makes_another_key()
    {
        var stamp = new PathStamp("/models/moss.safetensors", new DateTime(2026, 1, 1), 100);
        var later = stamp with { Changed = stamp.Changed.AddTicks(1) };
        PromptKey[] keys =
        [
            Key(Chunk), Key(Chunk with { Ids = [1, 2, 4] }), Key(Chunk with { Weights = [1, 1.2f, -0f] }), Key(Chunk with { Weights = null }),
            Key(Chunk, state: "normal_states.1"), Key(Chunk, pooled: "text_embeds"), Key(Chunk, adapters: (stamp, 0.7)), Key(Chunk, adapters: (stamp, 0.8)),
            Key(Chunk, adapters: (later, 0.7)), Key(Chunk, adapters: (stamp with { Bytes = 101 }, 0.7)), Key(Chunk, adapters: [(stamp, 0.7), (stamp, 0.7)]),
        ];
        keys.ShouldBeUnique();
        Key(new PromptChunk([1, 2, 3], [1, 1.2f, 0]), adapters: (stamp with { }, 0.7)).ShouldBe(keys[6]);
    }

    [Fact]
    public async Task Threads_that_share_it_get_their_own_texts_and_the_bound_holds()
    {
        var cache = new PromptCache(bytes: 20_000);
        await Sharing.Together.RunAsync<int, int>([.. Enumerable.Range(0, 4)], thread =>
        {
            for (var i = 0; i < 2000; i++)
            {
                var number = (i * (thread + 1)) % 97;
                cache.Get(new PromptKey($"{number}"), () => new EncodedChunk([.. Enumerable.Repeat((float)number, 100)], null)).States[99].ShouldBe(number);
                cache.Held.ShouldBeInRange(0, 20_000);
            }

            return thread;
        });
        (cache.Counts.Hits + cache.Counts.Misses).ShouldBe(8000);
    }

    [Fact]
    public void Meter_tells_of_each()
    {
        using var counts = new PromptCounts();
        var cache = new PromptCache();
        cache.Get(new PromptKey("a"), () => Made(1));
        cache.Get(new PromptKey("a"), () => Made(1));
        counts.Take().ShouldBe((1, 1));
        counts.Take().ShouldBe((0, 0));
    }

    private static PromptKey Key(PromptChunk chunk, string state = "last_hidden_state", string? pooled = null, params (PathStamp Stamp, double Weight)[] adapters) =>
        PromptKey.Of(chunk, adapters, state, pooled);

    private static EncodedChunk Made(int states, int pooled = 0) => new(new float[states], pooled == 0 ? null : new float[pooled]);
}
