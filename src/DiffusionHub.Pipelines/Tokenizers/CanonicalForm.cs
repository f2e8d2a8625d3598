using System.Globalization;
using System.Text;

namespace DiffusionHub.Pipelines.Tokenizers;

/// <summary>
/// Unicode's canonical composition and decomposition (NFC, NFD: Unicode Standard Annex 15). .NET's own need ICU, which the hub does without, and leave text
/// as it is otherwise; the tokenizers need them.
/// </summary>
internal static class CanonicalForm
{
    // Hangul syllables are computed (Unicode Standard, 3.12).
    private const int SyllableBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TailCount = 28, SyllableCount = LeadCount * VowelCount * TailCount;

    private static readonly Dictionary<int, int[]> Parts = [];
    private static readonly Dictionary<(int, int), int> Composites = [];
    private static readonly Dictionary<int, int> Classes = [];

    static CanonicalForm()
    {
        using var stream = typeof(CanonicalForm).Assembly.GetManifestResourceStream("canonical.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                Add(line);
            }
        }
    }

    /// <summary>The composed form of <paramref name="text"/>.</summary>
    public static string Compose(string text)
    {
        // Nothing below U+0300 combines or decomposes into something that composes differently.
        if (text.All(c => c < 0x300))
        {
            return text;
        }

        return Text(Recompose(Decomposed(text)));
    }

    /// <summary>The decomposed form (NFD): letters first, their marks after them.</summary>
    public static string Decompose(string text) => Text(Decomposed(text));

    private static List<int> Decomposed(string text)
    {
        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, points);
        }

        Order(points);
        return points;
    }

    private static string Text(List<int> points)
    {
        var result = new StringBuilder(points.Count);
        foreach (var point in points)
        {
            result.Append(new Rune(point).ToString());
        }

        return result.ToString();
    }

    private static void Add(string line)
    {
        var words = line.Split(' ');
        if (line[0] == '@')
        {
            var ends = words[0][1..].Split('-');
            for (var point = Hex(ends[0]); point <= Hex(ends[1]); point++)
            {
                Classes[point] = int.Parse(words[1], CultureInfo.InvariantCulture);
            }

            return;
        }

        var whole = Hex(words[0].TrimStart('-'));
        var parts = words[1..].Select(Hex).ToArray();
        Parts[whole] = parts;
        if (line[0] != '-')
        {
            Composites[(parts[0], parts[1])] = whole;
        }
    }

    private static int Hex(string word) => int.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static int Class(int point) => Classes.GetValueOrDefault(point);

    private static void Decompose(int point, List<int> into)
    {
        var syllable = point - SyllableBase;
        if (syllable is >= 0 and < SyllableCount)
        {
            into.Add(LeadBase + (syllable / (VowelCount * TailCount)));
            into.Add(VowelBase + (syllable / TailCount % VowelCount));
            if (syllable % TailCount != 0)
            {
                into.Add(TailBase + (syllable % TailCount));
            }
        }
        else if (Parts.TryGetValue(point, out var parts))
        {
            foreach (var part in parts)
            {
                Decompose(part, into);
            }
        }
        else
        {
            into.Add(point);
        }
    }

    // Marks in a row sort by class; equal classes keep their order.
    private static void Order(List<int> points)
    {
        for (var i = 1; i < points.Count; i++)
        {
            var (point, kind) = (points[i], Class(points[i]));
            var j = i;
            for (; kind != 0 && j > 0 && Class(points[j - 1]) > kind; j--)
            {
                points[j] = points[j - 1];
            }

            points[j] = point;
        }
    }

    private static List<int> Recompose(List<int> points)
    {
        var result = new List<int>(points.Count);
        var starter = -1;
        var lastClass = 0;
        foreach (var point in points)
        {
            var kind = Class(point);
            var blocked = starter < 0 || (result.Count - 1 > starter && (lastClass >= kind || lastClass == 0));
            if (!blocked && Pair(result[starter], point) is { } whole)
            {
                result[starter] = whole;
                continue;
            }

            if (kind == 0)
            {
                starter = result.Count;
            }

            lastClass = kind;
            result.Add(point);
        }

        return result;
    }

    private static int? Pair(int first, int second)
    {
        var (lead, vowel, tail, syllable) = (first - LeadBase, second - VowelBase, second - TailBase, first - SyllableBase);
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            return SyllableBase + (((lead * VowelCount) + vowel) * TailCount);
        }

        if (syllable is >= 0 and < SyllableCount && syllable % TailCount == 0 && tail is > 0 and < TailCount)
        {
            return first + tail;
        }

        return Composites.TryGetValue((first, second), out var whole) ? whole : null;
    }
}
