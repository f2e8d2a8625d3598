using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Gradients;

namespace DiffusionHub.Inference.Tests.Gradients;

/// <summary>A graph's gradient against central differences of the graph itself.</summary>
internal static class Differences
{
    // Directions in which the slope is measured.
    private const int Directions = 6;

    /// <summary>
    /// The largest error of the slopes ⟨vjp, direction⟩, as a part of the largest slope. Central differences of fourth order
    /// ((8·(f(h) − f(−h)) − f(2h) + f(−2h))/12h), so that steps can be wide enough for float32.
    /// </summary>
    /// <param name="graph">The graph; its weights must be open.</param>
    /// <param name="input">The input.</param>
    /// <param name="output">The output.</param>
    /// <param name="inputs">Values of all inputs.</param>
    /// <param name="outputShape">Shape of the output.</param>
    /// <param name="checkpoints">Whether blocks are computed again.</param>
    /// <param name="step">Width of a step: too wide, and the graph bends within it; too narrow, and it is lost in rounding.</param>
    public static double Error(WrittenGraph graph, string input, string output, IReadOnlyDictionary<string, GraphTensor> inputs, long[] outputShape, bool checkpoints = true, float step = 1f / 32)
    {
        var x = (GraphTensor<float>)inputs[input];
        using var cotangent = Wave(3, outputShape);
        using var result = GraphTensor.Rent<float>(outputShape);
        using var vjp = GraphTensor.Rent<float>([.. x.Shape]);
        using var both = Graph.Load(VjpGraph.Write(graph, input, output, checkpoints));
        using var alone = Graph.Load(graph);
        var given = inputs.Select(pair => (pair.Key, pair.Value)).ToList();
        both.Run([.. given, (VjpGraph.Cotangent, cotangent)], [(output, result), (VjpGraph.Vjp, vjp)]);

        var at = x.Values.ToArray();
        double worst = 0, largest = 0;
        for (var i = 0; i < Directions; i++)
        {
            using var direction = Wave(10 + i, [.. x.Shape]);
            var d = direction.Values.ToArray();
            var measured = ((8 * (Along(step) - Along(-step))) - Along(2 * step) + Along(-2 * step)) / (12 * step);
            var slope = vjp.Values.ToArray().Zip(d, (a, b) => (double)a * b).Sum();
            worst = Math.Max(worst, Math.Abs(slope - measured));
            largest = Math.Max(largest, Math.Abs(measured));

            double Along(float length)
            {
                for (var k = 0; k < at.Length; k++)
                {
                    x.Values[k] = at[k] + (length * d[k]);
                }

                alone.Run(given, [(output, result)]);
                at.CopyTo(x.Values);
                return result.Values.ToArray().Zip(cotangent.Values.ToArray(), (a, b) => (double)a * b).Sum();
            }
        }

        return worst / largest;
    }

    /// <summary>Numbers between −1 and 1 that are the same each time.</summary>
    public static GraphTensor<float> Wave(int seed, params long[] shape)
    {
        var tensor = GraphTensor.Rent<float>(shape);
        for (var i = 0; i < tensor.Values.Length; i++)
        {
            tensor.Values[i] = (float)Math.Sin((i * 1.7) + (i * i * 0.013 * seed) + seed);
        }

        return tensor;
    }
}
