using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tokenizers;

/// <summary>
/// BERT's WordPiece tokenizer (Devlin et al. 2019; Wu et al. 2016), as the first latent diffusion model with text uses it. Safe to use from
/// several threads.
/// </summary>
public sealed class WordPieceTokenizer
{
    /// <summary>Tokens in every sequence: the pipeline's own number, whatever the tokenizer's files say.</summary>
    public const int Length = 77;

    private readonly WordPieceFile file;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> vocabulary;

    private WordPieceTokenizer(WordPieceFile file)
    {
        this.file = file;
        vocabulary = file.Vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Reads the tokenizer in <paramref name="folder"/> of <paramref name="model"/>: <c>tokenizer.json</c>, or else <c>vocab.txt</c> and <c>tokenizer_config.json</c>.</summary>
    /// <exception cref="ModelFolderException">A file is missing, not what it should be, or asks for what the hub cannot do.</exception>
    public static WordPieceTokenizer Read(ModelFolder model, string folder) => new(WordPieceFile.Read(model, folder));

    /// <summary>Ids of <paramref name="text"/>, cut or filled up to <see cref="Length"/>.</summary>
    public long[] Encode(string text)
    {
        var ids = Tokens(text, Length - 2);
        return [file.Begin, .. ids, file.End, .. Enumerable.Repeat((long)file.Padding, Length - 2 - ids.Count)];
    }

    private List<long> Tokens(string text, int most)
    {
        var ids = new List<long>();
        foreach (var (piece, special) in Pieces(text))
        {
            if (special is { } id)
            {
                ids.Add(id);
                continue;
            }

            foreach (var word in file.Words.Split(piece))
            {
                Add(word, ids);
            }
        }

        return ids.Count > most ? ids[..most] : ids;
    }

    // The special tokens are recognised in the text as it was typed, before anything else.
    private IEnumerable<(string Text, int? Special)> Pieces(string text)
    {
        for (var at = 0; ;)
        {
            var (token, start) = file.Special
                .Select(special => (special, Start: text.IndexOf(special, at, StringComparison.Ordinal)))
                .Where(found => found.Start >= 0)
                .OrderBy(found => found.Start).ThenByDescending(found => found.special.Length)
                .FirstOrDefault();
            if (token is null)
            {
                yield return (text[at..], null);
                yield break;
            }

            yield return (text[at..start], null);
            yield return ("", file.Vocabulary[token]);
            at = start + token.Length;
        }
    }

    // The longest beginning that is a word piece, and so on with the rest; a word that cannot be put together is unknown as a whole.
    private void Add(string word, List<long> ids)
    {
        var before = ids.Count;
        var rest = word;
        var known = word.EnumerateRunes().Count() <= file.LongestWord;
        while (known && rest.Length > 0)
        {
            var length = rest.Length;
            var id = 0;
            while (length > 0 && !vocabulary.TryGetValue(rest.AsSpan(0, length), out id))
            {
                length--;
            }

            known = length > 0;
            ids.Add(id);
            rest = file.Continuation + rest[length..];
            rest = rest.Length == file.Continuation.Length ? "" : rest;
        }

        if (!known)
        {
            ids.RemoveRange(before, ids.Count - before);
            ids.Add(file.Unknown);
        }
    }
}
