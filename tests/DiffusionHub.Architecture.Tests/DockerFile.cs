namespace DiffusionHub.Architecture.Tests;

/// <summary>The Dockerfile, instruction by instruction.</summary>
internal static class DockerFile
{
    /// <summary>Its stages by name, in order.</summary>
    public static IReadOnlyDictionary<string, Stage> Stages { get; } = Read();

    private static Dictionary<string, Stage> Read()
    {
        var stages = new Dictionary<string, Stage>(StringComparer.Ordinal);
        Stage? stage = null;
        foreach (var line in Lines())
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0] == "FROM")
            {
                stage = new Stage(words[1], []);
                stages.Add(words[3], stage);
            }
            else
            {
                stage!.Instructions.Add(words);
            }
        }

        return stages;
    }

    // Comments out, continued lines joined.
    private static IEnumerable<string> Lines() => string.Join('\n', File.ReadLines(Path.Combine(Solution.Root, "Dockerfile")).Where(l => !l.StartsWith('#')))
        .Replace("\\\n", " ", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>One stage: what it starts from, and its instructions as words.</summary>
    internal sealed record Stage(string From, List<string[]> Instructions)
    {
        /// <summary>Files it copies from the build context, with where to; <paramref name="instructions"/> of them only.</summary>
        public IEnumerable<(string Source, string Target)> Copied(int? instructions = null) => Instructions.Take(instructions ?? Instructions.Count)
            .Where(i => i[0] == "COPY" && !i[1].StartsWith("--", StringComparison.Ordinal))
            .SelectMany(i => i[1..^1].Select(source => (source, i[^1])));

        /// <summary>Stages that it copies from.</summary>
        public IEnumerable<(string Stage, string Source)> CopiedFromStages() => Instructions
            .Where(i => i[0] == "COPY" && i[1].StartsWith("--from=", StringComparison.Ordinal)).Select(i => (i[1]["--from=".Length..], i[2]));

        /// <summary>Where the instruction stands that contains these words.</summary>
        public int IndexOf(params string[] words) => Instructions.FindIndex(i => string.Join(' ', i).Contains(string.Join(' ', words), StringComparison.Ordinal));

        public bool Has(params string[] words) => IndexOf(words) >= 0;
    }
}
