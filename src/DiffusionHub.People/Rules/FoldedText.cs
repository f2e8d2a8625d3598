using System.Text;

namespace DiffusionHub.People.Rules;

/// <summary>A text as rules see it: words of folded characters with one space between them, and where each character came from.</summary>
internal sealed class FoldedText
{
    /// <summary>What is between words, whatever it was: a run of spaces, punctuation, symbols.</summary>
    public const char Space = ' ';

    private readonly string _original;
    private readonly StringBuilder _folded = new();
    private readonly List<(int Start, int End)> _origins = [];

    /// <param name="original">The text as it was typed.</param>
    public FoldedText(string original)
    {
        _original = original;
        var (at, alone) = (0, false);
        foreach (var rune in original.EnumerateRunes())
        {
            var end = at + rune.Utf16SequenceLength;
            var folded = CharacterFolds.Of(rune);
            if (folded.Length == 0 && _folded is [.., not Space])
            {
                // An accent is shown with its letter.
                _origins[^1] = (_origins[^1].Start, end);
            }

            foreach (var part in folded.EnumerateRunes())
            {
                var standsAlone = CharacterFolds.StandsAlone(part);
                if (alone || standsAlone)
                {
                    Separate(at);
                }

                alone = standsAlone;
                Add(part, at, end);
            }

            at = end;
        }

        if (_folded is [.., Space])
        {
            _folded.Length--;
        }

        Text = _folded.ToString();
    }

    /// <summary>The folded text; it neither begins nor ends with a space.</summary>
    public string Text { get; }

    /// <summary>What stood there before it was folded.</summary>
    /// <param name="start">First character of a part of <see cref="Text"/>.</param>
    /// <param name="end">The one after its last.</param>
    public string Original(int start, int end) => _original[_origins[start].Start.._origins[end - 1].End];

    private void Add(Rune part, int at, int end)
    {
        if (!CharacterFolds.IsOfWord(part))
        {
            Separate(at);
            return;
        }

        var before = _folded.Length;
        _folded.Append(part);
        for (var i = before; i < _folded.Length; i++)
        {
            _origins.Add((at, end));
        }
    }

    private void Separate(int at)
    {
        if (_folded.Length > 0 && _folded[^1] != Space)
        {
            _folded.Append(Space);
            _origins.Add((at, at));
        }
    }
}
