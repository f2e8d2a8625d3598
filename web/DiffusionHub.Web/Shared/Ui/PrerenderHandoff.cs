using Microsoft.Extensions.Caching.Memory;

namespace DiffusionHub.Web.Shared.Ui;

/// <summary>
/// Hands what a prerendered page showed to the live page that follows, so that going live does not blank it. Only a key travels
/// through the browser: what lies behind it can be larger than a message of the live line may be. On another node, or too late,
/// there is nothing under the key, and the page reads again.
/// </summary>
internal sealed class PrerenderHandoff : IDisposable
{
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(30);

    // A crowd of visitors who never go live must not fill the memory.
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = 500 });

    /// <summary>Leaves <paramref name="value"/> for the live page.</summary>
    /// <returns>The key to persist.</returns>
    public string Put<T>(T value)
    {
        var key = Guid.NewGuid().ToString("N");
        _cache.Set(key, value, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Keep });
        return key;
    }

    /// <summary>What was left under <paramref name="key"/>; the default when there is nothing (any more).</summary>
    public T? Take<T>(string? key)
    {
        if (key is null || !_cache.TryGetValue(key, out T? value))
        {
            return default;
        }

        _cache.Remove(key);
        return value;
    }

    /// <inheritdoc />
    public void Dispose() => _cache.Dispose();
}
