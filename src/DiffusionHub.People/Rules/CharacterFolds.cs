using System.Globalization;
using System.Text;

namespace DiffusionHub.People.Rules;

/// <summary>
/// What a character counts as when prompts are held against rules: lower case, compatibility forms taken apart, accents away, look-alikes as the Latin letter.
/// The table is the hub's own because .NET normalises nothing where it runs without ICU, as the hub does.
/// </summary>
internal static class CharacterFolds
{
    private const int WideFirst = 0xFF01;
    private const int WideLast = 0xFF5E;
    private const int MathFirst = 0x1D400;
    private const int MathLast = 0x1D6A3;
    private static readonly Dictionary<Rune, string> Table = Read();

    /// <summary>What it counts as; empty where it is to be passed over.</summary>
    public static string Of(Rune rune)
    {
        if (rune.IsAscii)
        {
            return Rune.ToLowerInvariant(rune).ToString();
        }

        if (IsPassedOver(rune))
        {
            return "";
        }

        var plain = rune.Value switch
        {
            // ASCII at the width of a Chinese character.
            >= WideFirst and <= WideLast => new Rune(rune.Value - WideFirst + '!'),
            // The Latin alphabets of mathematics: 26 capitals and 26 small letters in turn.
            >= MathFirst and <= MathLast => new Rune('a' + ((rune.Value - MathFirst) % 26)),
            _ => rune,
        };
        var lower = Rune.ToLowerInvariant(plain);
        // Before it is lowered too: there is no lower form of “İ” where there is no culture.
        return Table.GetValueOrDefault(rune) ?? Table.GetValueOrDefault(lower) ?? lower.ToString();
    }

    /// <summary>Whether words are made of it. Marks that are left are those of scripts in which they are letters of their own.</summary>
    public static bool IsOfWord(Rune folded) => Rune.IsLetterOrDigit(folded) || Rune.GetUnicodeCategory(folded) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
        or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>Whether it is of a script that puts no spaces between words: there, a word may begin and end anywhere.</summary>
    public static bool StandsAlone(Rune folded) => folded.Value is (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF)
        or (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF);

    // Accents and the points of Hebrew and Arabic; what is not seen: zero-width and soft hyphens, selectors, fillers; the stroke that lengthens Arabic words.
    private static bool IsPassedOver(Rune rune) => rune.Value is (>= 0x0300 and <= 0x036F) or (>= 0x0483 and <= 0x0489) or (>= 0x0591 and <= 0x05C7) or (>= 0x0610 and <= 0x061A)
            or 0x0640 or (>= 0x064B and <= 0x065F) or 0x0670 or 0x115F or 0x1160 or (>= 0x180B and <= 0x180F) or (>= 0x1AB0 and <= 0x1AFF) or (>= 0x1DC0 and <= 0x1DFF) or 0x2800
            or (>= 0x20D0 and <= 0x20FF) or 0x3164 or (>= 0xFE00 and <= 0xFE2F) or 0xFFA0 or (>= 0xE0000 and <= 0xE0FFF)
        || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format;

    private static Dictionary<Rune, string> Read()
    {
        using var stream = typeof(CharacterFolds).Assembly.GetManifestResourceStream("Folds.txt") ?? throw new InvalidOperationException("Folds.txt is not embedded.");
        using var reader = new StreamReader(stream);
        var table = new Dictionary<Rune, string>();
        while (reader.ReadLine() is { } line)
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            if (line.StartsWith('#') || at < 0)
            {
                continue;
            }

            foreach (var rune in line[(at + 1)..].EnumerateRunes())
            {
                table[rune] = line[..at];
            }
        }

        return table;
    }
}
