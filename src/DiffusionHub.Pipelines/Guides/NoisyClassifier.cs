using System.Numerics.Tensors;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Graphs.Gradients;
using DiffusionHub.Sampling.Guidance;

namespace DiffusionHub.Pipelines.Guides;

/// <summary>A classifier of noisy states on a batch of fixed shape. Its buffers live as long as a run.</summary>
internal sealed class NoisyClassifier : INoisyClassifier, IDisposable
{
    private readonly Graph graph;
    private readonly GraphTensor<float> sample;
    private readonly GraphTensor<float> timesteps;
    private readonly GraphTensor<float> loss;
    private readonly GraphTensor<float> vjp;
    private readonly List<(string Name, GraphTensor Value)> inputs;

    /// <param name="graph">The classifier with its gradient, which this closes.</param>
    /// <param name="shape">Shape of the states.</param>
    /// <param name="target">A one in the place of the wanted class.</param>
    public NoisyClassifier(Graph graph, LatentShape shape, float[] target)
    {
        this.graph = graph;
        sample = GraphTensor.Rent<float>(shape.Count, shape.Channels, shape.Height, shape.Width);
        vjp = GraphTensor.Rent<float>(shape.Count, shape.Channels, shape.Height, shape.Width);
        (timesteps, loss) = (GraphTensor.Rent<float>(shape.Count), GraphTensor.Rent<float>(shape.Count, 1));
        var (rows, cotangent) = (GraphTensor.Rent<float>(shape.Count, target.Length), GraphTensor.Rent<float>(shape.Count, 1));
        for (var i = 0; i < shape.Count; i++)
        {
            target.CopyTo(rows.Values[(i * target.Length)..]);
        }

        // The loss is −log p.
        cotangent.Values.Fill(-1);
        inputs = [("sample", sample), ("timestep", timesteps), ("target", rows), (VjpGraph.Cotangent, cotangent)];
    }

    public void Gradient(ReadOnlySpan<float> input, float timestep, Span<float> gradient)
    {
        Run(input, timestep);
        vjp.Values.CopyTo(gradient);
    }

    /// <summary>log p(target | state) of each of a batch.</summary>
    public float[] LogLikelihood(ReadOnlySpan<float> input, float timestep)
    {
        Run(input, timestep);
        var result = new float[loss.Values.Length];
        TensorPrimitives.Negate(loss.Values, result);
        return result;
    }

    public void Dispose()
    {
        inputs.ForEach(input => input.Value.Dispose());
        loss.Dispose();
        vjp.Dispose();
        graph.Dispose();
    }

    private void Run(ReadOnlySpan<float> input, float timestep)
    {
        input.CopyTo(sample.Values);
        timesteps.Values.Fill(timestep);
        graph.Run(inputs, [("loss", loss), (VjpGraph.Vjp, vjp)]);
    }
}
