using System.Globalization;
using System.Text;

namespace DiffusionHub.Pipelines.Tokenizers;

/// <summary>
/// Splits a text into CLIP's words: an English contraction, a run of letters, a single number character, or a run of anything else that
/// is no white space. By code points, so that letters beyond the first plane count as letters.
/// </summary>
internal static class WordSplitter
{
    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }

    /// <summary>The words of <paramref name="text"/>, lower-cased and composed first.</summary>
    public static List<string> Split(string text)
    {
        var lower = Lower(CanonicalForm.Compose(text));
        var words = new List<string>();
        var at = 0;
        while (at < lower.Length)
        {
            var length = LengthAt(lower.AsSpan(at), out var kind);
            if (kind != Kind.Space)
            {
                words.Add(lower.Substring(at, length));
            }

            at += length;
        }

        return words;
    }

    private static int LengthAt(ReadOnlySpan<char> text, out Kind kind)
    {
        Rune.DecodeFromUtf16(text, out var rune, out var length);
        kind = KindOf(rune);
        foreach (var contraction in Contractions)
        {
            if (text.StartsWith(contraction, StringComparison.Ordinal))
            {
                return contraction.Length;
            }
        }

        while (kind != Kind.Number && length < text.Length)
        {
            Rune.DecodeFromUtf16(text[length..], out rune, out var more);
            if (KindOf(rune) != kind)
            {
                break;
            }

            length += more;
        }

        return length;
    }

    // U+0130 is the one letter whose lower case is two characters, which .NET's simple mapping leaves out.
    private static string Lower(string text) => text.ToLowerInvariant().Replace("\u0130", "i\u0307", StringComparison.Ordinal);

    private static Kind KindOf(Rune rune)
    {
        if (Rune.IsWhiteSpace(rune))
        {
            return Kind.Space;
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.Other,
        };
    }
}
