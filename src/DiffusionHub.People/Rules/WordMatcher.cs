namespace DiffusionHub.People.Rules;

/// <summary>
/// Finds words and phrases in texts. They begin and end where words do, so “ass” is not in “class”; a <c>*</c> at the end lets the word go on. Its time is
/// that of the text times the longest word's length at most, whatever the number of words.
/// </summary>
internal sealed class WordMatcher
{
    private readonly Node _root = new();

    /// <param name="words">Words and phrases as they were typed; those without a letter or digit match nothing.</param>
    public WordMatcher(IEnumerable<string> words)
    {
        foreach (var word in words)
        {
            var goesOn = word.TrimEnd().EndsWith('*');
            if (new FoldedText(word).Text is not { Length: > 0 } folded)
            {
                continue;
            }

            var node = _root;
            foreach (var c in folded)
            {
                node = node.Grow(c);
            }

            (node.IsWord, node.GoesOn) = (true, node.GoesOn | goesOn);
        }
    }

    /// <summary>The first of them in a text, as it is written there; null where there is none.</summary>
    public string? Find(FoldedText text)
    {
        var folded = text.Text;
        for (var start = 0; start >= 0 && start < folded.Length; start = Next(folded, start))
        {
            if (End(folded, start) is { } end)
            {
                return text.Original(start, end);
            }
        }

        return null;
    }

    private static int Next(string text, int start) => text.IndexOf(FoldedText.Space, start) is var space and >= 0 ? space + 1 : -1;

    // Where the match that begins there ends.
    private int? End(string text, int start)
    {
        var node = _root;
        for (var at = start; at < text.Length; at++)
        {
            if (!node.Next.TryGetValue(text[at], out var next))
            {
                return null;
            }

            node = next;
            var wordEnds = at + 1 == text.Length || text[at + 1] == FoldedText.Space;
            if ((node.IsWord && wordEnds) || node.GoesOn)
            {
                // To the word's end, which is what people know.
                return text.IndexOf(FoldedText.Space, at + 1) is var space and >= 0 ? space : text.Length;
            }
        }

        return null;
    }

    private sealed class Node
    {
        public Dictionary<char, Node> Next { get; } = [];

        public bool IsWord { get; set; }

        public bool GoesOn { get; set; }

        public Node Grow(char c) => Next.TryGetValue(c, out var known) ? known : Next[c] = new Node();
    }
}
