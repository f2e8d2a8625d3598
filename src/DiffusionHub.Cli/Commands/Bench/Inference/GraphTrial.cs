using System.Diagnostics;
using DiffusionHub.Inference;

namespace DiffusionHub.Cli.Commands.Bench.Inference;

/// <summary>A loaded graph with inputs and an output of one size, to be run again and again.</summary>
internal sealed class GraphTrial : IDisposable
{
    private const int Tokens = 77;
    private readonly Graph graph;
    private readonly List<(string Name, GraphTensor Value)> inputs = [];
    private readonly List<(string Name, GraphTensor Value)> outputs = [];

    public GraphTrial(Graph graph, GraphPart part, int latentSide)
    {
        this.graph = graph;
        var random = new Random(1);
        foreach (var input in graph.Inputs.Values)
        {
            var shape = Shape(part, input, latentSide);
            inputs.Add((input.Name, input.ElementType == typeof(long) ? Zeros(shape) : Noise(random, shape)));
        }

        outputs.Add((part.Output, GraphTensor.Rent<float>(Shape(part, graph.Outputs[part.Output], latentSide))));
    }

    public double Milliseconds()
    {
        var start = Stopwatch.GetTimestamp();
        graph.Run(inputs, outputs);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    public void Dispose()
    {
        inputs.ForEach(input => input.Value.Dispose());
        outputs.ForEach(output => output.Value.Dispose());
        graph.Dispose();
    }

    // One picture; what the graph leaves open is the number of tokens, the sides, or how many numbers SDXL is told.
    private static long[] Shape(GraphPart part, TensorInfo info, int latentSide)
    {
        var pictures = part.Name.StartsWith("vae", StringComparison.Ordinal) && info.Name == "sample";
        return [.. info.Shape.Select((length, at) => at == 0 ? 1 : length > 0 ? length : Open(info.Shape.Count))];

        long Open(int rank) => rank == 4 ? latentSide * (pictures ? part.Factor : 1) : part.Vectors.TryGetValue(info.Name, out var vector) ? vector : Tokens;
    }

    private static GraphTensor<long> Zeros(long[] shape)
    {
        var tensor = GraphTensor.Rent<long>(shape);
        tensor.Values.Clear();
        return tensor;
    }

    private static GraphTensor<float> Noise(Random random, long[] shape)
    {
        var tensor = GraphTensor.Rent<float>(shape);
        foreach (ref var value in tensor.Values)
        {
            value = random.NextSingle() - 0.5f;
        }

        return tensor;
    }
}
