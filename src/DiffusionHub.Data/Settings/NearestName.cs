namespace DiffusionHub.Data.Settings;

/// <summary>The name someone probably meant.</summary>
public static class NearestName
{
    /// <summary>The one of <paramref name="names"/> (at least one) that takes the fewest typing errors (<see cref="Distance"/>, case ignored).</summary>
    public static string Of(string name, IEnumerable<string> names) => names.MinBy(known => Distance(name.ToLowerInvariant(), known.ToLowerInvariant()))!;

    /// <summary>How many letters must be added, removed or replaced to make one of the other (Levenshtein distance).</summary>
    public static int Distance(string a, string b)
    {
        // One row of the dynamic programme at a time: row[j] = distance of a's first i characters to b's first j.
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
