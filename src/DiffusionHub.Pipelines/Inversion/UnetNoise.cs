using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Stages;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Inversion;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Pipelines.Inversion;

/// <summary>The noise that a UNet sees in float64 latents, with guidance where there is a negative prompt. The UNet itself computes in float32.</summary>
internal sealed class UnetNoise : INoiseEstimator, IDisposable
{
    private readonly UnetPredictor unet;
    private readonly double guidance;
    private readonly PredictionType prediction;
    private readonly float[] input;
    private readonly float[] output;

    /// <param name="graph">The UNet.</param>
    /// <param name="shape">Shape of the latents.</param>
    /// <param name="conditioning">What it is told.</param>
    /// <param name="guidance">Guidance scale, where there is a negative prompt.</param>
    /// <param name="prediction">What it predicts.</param>
    public UnetNoise(Graph graph, LatentShape shape, Conditioning conditioning, double guidance, PredictionType prediction)
    {
        (this.guidance, this.prediction) = (guidance, prediction);
        unet = new UnetPredictor(graph, shape, conditioning, extra: null, labels: null, control: null);
        input = new float[conditioning.Passes * shape.Length];
        output = new float[input.Length];
    }

    public void Estimate(ReadOnlySpan<double> x, in NoiseLevel level, Span<double> noise)
    {
        for (var i = 0; i < input.Length; i++)
        {
            input[i] = (float)x[i % x.Length];
        }

        unet.Predict(input, level.Timestep, output);
        var guided = output.Length > x.Length;
        var (ofState, ofPrediction) = NoiseFactors.Of(prediction, level);
        for (var i = 0; i < x.Length; i++)
        {
            // The negative prompt's half comes first.
            double answer = output[i];
            answer = guided ? answer + (guidance * (output[x.Length + i] - answer)) : answer;
            noise[i] = (ofState * x[i]) + (ofPrediction * answer);
        }
    }

    public void Dispose() => unet.Dispose();
}
