namespace DiffusionHub.Inference.Graphs.Gradients;

/// <summary>What of a graph lies between one input and one output: the values that a gradient runs through.</summary>
internal sealed class Activity
{
    private static readonly IReadOnlySet<long> NoAxes = new HashSet<long>();

    private readonly HashSet<string> active = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlySet<long>> oneAxes = new(StringComparer.Ordinal);

    /// <param name="tape">The graph.</param>
    /// <param name="input">The input's name.</param>
    /// <param name="output">Name of the value that the output gives out.</param>
    public Activity(GraphTape tape, string input, string output)
    {
        active.Add(input);
        foreach (var node in tape.Nodes.Where(node => !KnownRules.IsFlat(node) && node.Inputs.Any(active.Contains)))
        {
            active.UnionWith(node.Outputs);
            oneAxes[node.Outputs[0]] = KnownRules.OneAxes(node, tape, OneAxes);
        }

        var needed = new HashSet<string>(StringComparer.Ordinal) { output };
        foreach (var node in tape.Nodes.AsEnumerable().Reverse().Where(node => node.Outputs.Any(needed.Contains) && node.Outputs.Any(active.Contains)))
        {
            Nodes.Add(node);
            needed.UnionWith(node.Inputs.Where(active.Contains));
        }

        Nodes.Reverse();
        active.IntersectWith(needed.Union(Nodes.SelectMany(node => node.Outputs)));
    }

    /// <summary>The nodes between them, in the order in which they were written.</summary>
    public List<TapeNode> Nodes { get; } = [];

    public bool IsActive(string value) => active.Contains(value);

    /// <summary>Axes, counted from the last as −1, along which a value is known to have the length 1.</summary>
    public IReadOnlySet<long> OneAxes(string value) => oneAxes.GetValueOrDefault(value, NoAxes);
}
