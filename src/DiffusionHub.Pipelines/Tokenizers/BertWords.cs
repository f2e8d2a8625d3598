using System.Globalization;
using System.Text;

namespace DiffusionHub.Pipelines.Tokenizers;

/// <summary>Splits a text into BERT's words (Devlin et al. 2019, the published code): runs between white space, and every punctuation mark and Chinese character alone.</summary>
/// <param name="Lower">Whether letters become small.</param>
/// <param name="StripAccents">Whether letters lose their marks.</param>
/// <param name="SplitChinese">Whether every Chinese character is a word.</param>
internal sealed record BertWords(bool Lower, bool StripAccents, bool SplitChinese)
{
    // Blocks of Chinese characters; the sixth begins where the tokenizers of published models let it begin, 256 later than in Unicode.
    private static readonly (int First, int Last)[] Chinese =
    [
        (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B920, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
    ];

    /// <summary>The words of <paramref name="text"/>.</summary>
    public List<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in Normal(text).EnumerateRunes())
        {
            var alone = IsPunctuation(rune);
            if (alone || Rune.IsWhiteSpace(rune))
            {
                End();
            }

            if (alone)
            {
                words.Add(rune.ToString());
            }
            else if (!Rune.IsWhiteSpace(rune))
            {
                word.Append(rune.ToString());
            }
        }

        End();
        return words;

        void End()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    private string Normal(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || IsControl(rune))
            {
                continue;
            }

            if (Rune.IsWhiteSpace(rune))
            {
                clean.Append(' ');
            }
            else if (SplitChinese && IsChinese(rune.Value))
            {
                clean.Append(' ').Append(rune.ToString()).Append(' ');
            }
            else
            {
                clean.Append(rune.ToString());
            }
        }

        var result = StripAccents ? WithoutMarks(CanonicalForm.Decompose(clean.ToString())) : clean.ToString();

        // U+0130 is the one letter whose lower case is two characters, which .NET's simple mapping leaves out.
        return Lower ? result.ToLowerInvariant().Replace("\u0130", "i\u0307", StringComparison.Ordinal) : result;
    }

    private static string WithoutMarks(string text) =>
        string.Concat(text.EnumerateRunes().Where(rune => Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark).Select(rune => rune.ToString()));

    private static bool IsChinese(int point) => Array.Exists(Chinese, block => point >= block.First && point <= block.Last);

    // Some white space is a control character and vanishes: only tabulators and line ends stay.
    private static bool IsControl(Rune rune) => rune.Value is not ('\t' or '\n' or '\r') && Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    // All of ASCII that is neither a letter nor a number counts, also what Unicode calls a symbol.
    private static bool IsPunctuation(Rune rune) => (rune.IsAscii && Rune.IsSymbol(rune)) || Rune.IsPunctuation(rune);
}
