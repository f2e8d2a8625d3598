using DiffusionHub.Pipelines;

namespace DiffusionHub.Cli.Commands.Generate;

/// <summary>Keeps the latents after every step: (step, image, channel, height, width).</summary>
internal sealed class LatentRecorder(bool wanted)
{
    private readonly List<float> values = [];
    private LatentShape? shape;
    private int steps;

    public void Add(in StepProgress step)
    {
        if (wanted)
        {
            shape = step.Shape;
            steps++; // Not the step's number: an adaptive sampler reports several calls at once.
            values.AddRange(step.Latents);
        }
    }

    public byte[] Bytes() => NumpyFile.Bytes(values.ToArray(), steps, shape!.Count, shape.Channels, shape.Height, shape.Width);
}
