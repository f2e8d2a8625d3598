namespace DiffusionHub.Pipelines.Stages;

/// <summary>How often a prompt's embedding was in memory already.</summary>
/// <param name="Hits">It was: the text encoder did not run.</param>
/// <param name="Misses">It was not.</param>
internal sealed record CacheCounts(long Hits, long Misses);

/// <summary>What a text encoder made of texts before, the least recently used out first. May be used by several threads.</summary>
/// <param name="bytes">Most that it holds.</param>
internal sealed class PromptCache(long bytes = PromptCache.UsualBytes)
{
    /// <summary>Some 140 texts of Stable Diffusion: little beside any model's weights.</summary>
    public const long UsualBytes = 32 << 20;

    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> known = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> newest = new();
    private CacheCounts counts = new(0, 0);

    /// <summary>Hits and misses so far.</summary>
    public CacheCounts Counts
    {
        get
        {
            lock (gate)
            {
                return counts;
            }
        }
    }

    /// <summary>Bytes that it holds.</summary>
    public long Held { get; private set; }

    /// <summary>What was made of that text, or what <paramref name="encode"/> makes of it now. It is everybody's: nobody may change it.</summary>
    public EncodedChunk Get(PromptKey key, Func<EncodedChunk> encode)
    {
        if (Find(key.Text) is { } found)
        {
            return found;
        }

        // Outside the lock: who has a hit must not wait for an encoder. Two who miss the same text make the same bits.
        var made = encode();
        Keep(new Entry(key.Text, made));
        return made;
    }

    private EncodedChunk? Find(string key)
    {
        lock (gate)
        {
            if (known.TryGetValue(key, out var node))
            {
                newest.Remove(node);
                newest.AddFirst(node);
                counts = counts with { Hits = counts.Hits + 1 };
            }
            else
            {
                counts = counts with { Misses = counts.Misses + 1 };
            }

            (node is null ? PipelineMeter.PromptMisses : PipelineMeter.PromptHits).Add(1);
            return node?.Value.Chunk;
        }
    }

    private void Keep(Entry entry)
    {
        lock (gate)
        {
            if (entry.Bytes > bytes || known.ContainsKey(entry.Key))
            {
                return;
            }

            while (Held + entry.Bytes > bytes)
            {
                var oldest = newest.Last!.Value;
                newest.RemoveLast();
                known.Remove(oldest.Key);
                Held -= oldest.Bytes;
            }

            known.Add(entry.Key, newest.AddFirst(entry));
            Held += entry.Bytes;
        }
    }

    private sealed record Entry(string Key, EncodedChunk Chunk)
    {
        public long Bytes { get; } = (2L * Key.Length) + (sizeof(float) * ((long)Chunk.States.Length + (Chunk.Pooled?.Length ?? 0)));
    }
}
