namespace DiffusionHub.Inference.Graphs.Gradients;

/// <summary>
/// Reverse-mode differentiation (Griewank and Walther 2008, chapter 3): writes behind a graph the nodes that carry an output's cotangent
/// back to an input, segment by segment, the last first.
/// </summary>
/// <param name="graph">The graph.</param>
/// <param name="tape">Its nodes.</param>
/// <param name="activity">Those between input and output.</param>
internal sealed class BackwardPass(GraphBuilder graph, GraphTape tape, Activity activity)
{
    private readonly Dictionary<string, GraphValue> gradients = new(StringComparer.Ordinal);
    private readonly HashSet<string> given = new(StringComparer.Ordinal);
    private Recomputation? again;

    public GraphBuilder Graph => graph;

    public GraphTape Tape => tape;

    public bool IsActive(string value) => activity.IsActive(value);

    public IReadOnlySet<long> OneAxes(string value) => activity.OneAxes(value);

    public GraphValue? Gradient(string value) => gradients.TryGetValue(value, out var gradient) ? gradient : null;

    /// <summary>A value of the way forward: itself in the last segment, computed again in those before.</summary>
    public GraphValue Value(string name) => again is not null && IsActive(name) ? again.Value(name) : new GraphValue(graph, name, 0);

    public void Give(string value, GraphValue gradient)
    {
        gradients[value] = Gradient(value) is { } other ? other + gradient : gradient;
        given.Add(value);
    }

    /// <summary>Carries <paramref name="cotangent"/> of <paramref name="output"/> through all segments.</summary>
    public void Run(IReadOnlyList<IReadOnlyList<TapeNode>> segments, string output, GraphValue cotangent)
    {
        Give(output, cotangent);
        var token = graph.Constant(0L).After(new GraphValue(graph, output, 0));
        for (var i = segments.Count - 1; i >= 0; i--)
        {
            again = i == segments.Count - 1 ? null : new Recomputation(graph, segments[i], activity, token);
            foreach (var node in segments[i].Reverse())
            {
                KnownRules.Of(node)(new NodeGradient(this, node));
                Array.ForEach(node.Outputs, made => gradients.Remove(made));
            }

            // All that this segment gives must be there before an earlier one is computed again, or what it is made of would wait in memory.
            token = given.Where(gradients.ContainsKey).Order(StringComparer.Ordinal).Aggregate(token, (zero, value) => zero.After(gradients[value]));
            given.Clear();
        }
    }
}
