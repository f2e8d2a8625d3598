using System.Numerics.Tensors;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Graphs.Gradients;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Inversion;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Pipelines.Inversion;

/// <summary>The noise that a UNet sees in float64 latents together with its slope: one picture and one prompt at a time, which bounds the memory.</summary>
internal sealed class UnetSlope : INoiseSlope, IDisposable
{
    private readonly Graph graph;
    private readonly int pictures;
    private readonly PredictionType prediction;
    private readonly GraphTensor<float> sample;
    private readonly GraphTensor<float> timestep = GraphTensor.Rent<float>(1);
    private readonly GraphTensor<float> cotangent;
    private readonly (string Name, GraphTensor<float> Value) answer;
    private readonly (string Name, GraphTensor<float> Value) vjp;
    private readonly List<Pass> passes = [];

    /// <param name="graph">The UNet's vector-Jacobian product.</param>
    /// <param name="shape">Shape of the latents.</param>
    /// <param name="conditioning">What the UNet is told.</param>
    /// <param name="guidance">Guidance scale, where there is a negative prompt.</param>
    /// <param name="prediction">What the UNet predicts.</param>
    public UnetSlope(Graph graph, LatentShape shape, Conditioning conditioning, double guidance, PredictionType prediction)
    {
        (this.graph, this.prediction, pictures) = (graph, prediction, shape.Count);
        (sample, cotangent) = (Rent(shape), Rent(shape));
        (answer, vjp) = (("out_sample", Rent(shape)), (VjpGraph.Vjp, Rent(shape)));
        if (conditioning.Negative is { } negative)
        {
            passes.Add(new Pass(1 - guidance, Inputs(conditioning with { Positive = negative, Negative = null })));
        }

        passes.Add(new Pass(conditioning.Negative is null ? 1 : guidance, Inputs(conditioning with { Negative = null })));
    }

    /// <summary>Looked at before each picture's pass: of large ones each takes long.</summary>
    public CancellationToken Cancellation { get; init; }

    public void Estimate(ReadOnlySpan<double> x, in NoiseLevel level, ReadOnlySpan<double> cotangent, Span<double> noise, Span<double> slope)
    {
        var (ofState, ofPrediction) = NoiseFactors.Of(prediction, level);
        TensorPrimitives.Multiply(x, ofState, noise);
        TensorPrimitives.Multiply(cotangent, ofState, slope);
        timestep.Values[0] = level.Timestep;
        var one = x.Length / pictures;
        for (var picture = 0; picture < pictures; picture++)
        {
            var at = picture * one;
            TensorPrimitives.ConvertTruncating(x.Slice(at, one), sample.Values);
            foreach (var pass in passes)
            {
                Cancellation.ThrowIfCancellationRequested();
                Scale(cotangent.Slice(at, one), pass.Weight * ofPrediction, this.cotangent.Values);
                graph.Run(pass.Inputs, [answer, vjp]);
                Add(answer.Value.Values, pass.Weight * ofPrediction, noise.Slice(at, one));
                Add(vjp.Value.Values, 1, slope.Slice(at, one));
            }
        }
    }

    public void Dispose()
    {
        // The tensors that all passes share are among the inputs of each.
        passes.SelectMany(pass => pass.Inputs).Select(input => input.Value).Append(answer.Value).Append(vjp.Value).Distinct().ToList().ForEach(tensor => tensor.Dispose());
    }

    private List<(string Name, GraphTensor Value)> Inputs(Conditioning one) =>
        [("sample", sample), ("timestep", timestep), (VjpGraph.Cotangent, cotangent), .. ConditionTensors.Of(one, count: 1)];

    private static GraphTensor<float> Rent(LatentShape shape) => GraphTensor.Rent<float>(1, shape.Channels, shape.Height, shape.Width);

    private static void Scale(ReadOnlySpan<double> values, double factor, Span<float> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = (float)(factor * values[i]);
        }
    }

    private static void Add(ReadOnlySpan<float> values, double factor, Span<double> sum)
    {
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] += factor * values[i];
        }
    }

    private sealed record Pass(double Weight, List<(string Name, GraphTensor Value)> Inputs);
}
