using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Modules;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Tests.Adapters;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests;

/// <summary>The forms that layers have for the processor, against the portable ones, which are held against PyTorch.</summary>
public sealed class ProcessorKernelTests : IDisposable
{
    private const double Limit = 2e-6;
    private readonly string file = Path.Combine(Directory.CreateTempSubdirectory("hub-kernels-").FullName, "weights.safetensors");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);

    [Theory]
    [InlineData(1, 8, 2, 5, 7, false)]
    [InlineData(2, 12, 4, 3, 3, true)]
    [InlineData(3, 32, 32, 16, 16, true)]
    [InlineData(1, 6, 1, 1, 2, false)]
    public void A_group_normalisation_gives_the_same_numbers(int pictures, int channels, int groups, int height, int width, bool silu)
    {
        Write(("weight", [channels]), ("bias", [channels]));
        Same([pictures, channels, height, width], channels, m => m.Graph.Kernels.GroupNorm(m, X(m.Graph, channels), groups, 1e-5f, silu));
    }

    [Fact]
    public void What_is_added_before_a_group_normalisation_counts_in_its_mean_and_in_its_spread()
    {
        Write(("weight", [8]), ("bias", [8]), ("shift", [2, 8]));
        Same([2, 8, 4, 9], 8, m => m.Graph.Kernels.ShiftedGroupNorm(m, X(m.Graph, 8), new(m.Graph, m.Weight("shift", 2, 8), 8), 2, 1e-6f, silu: true));
    }

    [Fact]
    public void A_mean_far_from_zero_costs_a_group_normalisation_no_digits()
    {
        Write(("weight", [4]), ("bias", [4]));
        Same([1, 4, 64, 64], 4, m => m.Graph.Kernels.GroupNorm(m, X(m.Graph, 4) + m.Graph.Constant([300f]), 2, 1e-5f, silu: false), 2e-4);
    }

    [Theory]
    [InlineData(3, 3, 5)]
    [InlineData(2, 1, 1)]
    [InlineData(16, 4, 9)]
    [InlineData(32, 16, 16)]
    public void An_upsampling_gives_the_same_numbers_at_its_edges_too(int channels, int height, int width)
    {
        Write(("conv.weight", [channels, channels, 3, 3]), ("conv.bias", [channels]));
        Same([2, channels, height, width], channels, m => m.Upsample(X(m.Graph, channels)));
    }

    private static GraphValue X(GraphBuilder graph, int channels) => graph.Input("x", OnnxType.Float, channels, "batch", channels, "height", "width");

    private void Write(params (string Name, long[] Shape)[] tensors) =>
        TestWeights.Write(file, tensors.Select((t, i) => (t.Name, Tensor: TestTensor.Random(i, t.Shape))).ToDictionary(t => t.Name, t => t.Tensor));

    private void Same(long[] shape, int channels, Func<Module, GraphValue> layer, double limit = Limit)
    {
        using var expected = Run(GraphDialect.Portable);
        using var actual = Run(GraphDialect.Processor);
        expected.Values.ToArray().Distinct().Count().ShouldBeGreaterThan(1);
        TestFiles.Error(actual, expected).ShouldBeLessThan(limit);

        GraphTensor<float> Run(GraphDialect dialect)
        {
            using var weights = WeightSet.Open(file);
            var builder = new GraphBuilder("test", weights, dialect: dialect);
            var result = layer(builder.Root);
            builder.Output("y", result, "batch", channels, "rows", "columns");
            using var graph = Graph.Load(builder.Write());
            using var x = GraphTensor.Rent<float>(shape);
            TestTensor.Random(5, shape).Values.CopyTo(x.Values);
            var factor = result.Name.StartsWith("Conv", StringComparison.Ordinal) || result.Name.StartsWith("Interleave", StringComparison.Ordinal) ? 2 : 1;
            var y = GraphTensor.Rent<float>(shape[0], channels, shape[2] * factor, shape[3] * factor);
            graph.Run([("x", x)], [("y", y)]);
            return y;
        }
    }
}
