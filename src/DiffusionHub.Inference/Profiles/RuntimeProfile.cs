using DiffusionHub.Inference.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference.Profiles;

/// <summary>Times every kernel of the graphs that are loaded while it is <see cref="InferenceRuntime.Profile"/>. It slows small kernels down a little.</summary>
/// <param name="folder">Where the runtime keeps its notes; it must be there.</param>
public sealed class RuntimeProfile(string folder)
{
    private readonly List<(string Prefix, string Graph, NodeModules Modules)> graphs = [];

    /// <summary>Times of all nodes, those that took longest first. Only graphs that were disposed of are complete.</summary>
    public IReadOnlyList<KernelTime> Read() =>
    [
        .. graphs.SelectMany(Nodes).OrderByDescending(time => time.Milliseconds),
    ];

    internal void Attach(SessionOptions options, WrittenGraph graph)
    {
        var prefix = $"graph{graphs.Count}";
        graphs.Add((prefix, graph.Name, new NodeModules(graph)));
        options.ProfileOutputPathPrefix = Path.Combine(folder, prefix);
        options.EnableProfiling = true;
    }

    private IEnumerable<KernelTime> Nodes((string Prefix, string Graph, NodeModules Modules) graph) =>
        Directory.EnumerateFiles(folder, graph.Prefix + "_*.json")
            .SelectMany(KernelEvents.Read)
            .GroupBy(run => (run.Node, run.Operator))
            .Select(runs => new KernelTime(graph.Graph, graph.Modules.Of(runs.Key.Node), runs.Key.Operator, runs.Count(), runs.Sum(run => run.Milliseconds)));
}
