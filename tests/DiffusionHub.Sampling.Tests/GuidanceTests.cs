using DiffusionHub.Sampling.Denoisers;

namespace DiffusionHub.Sampling.Tests;

public sealed class GuidanceTests
{
    [Fact]
    public void Guidance_moves_from_the_negative_past_the_positive()
    {
        var output = new float[2];
        new ClassifierFreeGuidance(new Halves(), 3).Predict([10, 20], 5, output);
        // Negative: x + 5, positive: 2x; u + 3·(c − u).
        output.ShouldBe([15f + (3 * 5f), 25f + (3 * 15f)]);
    }

    private sealed class Halves : IPredictor
    {
        public void Predict(ReadOnlySpan<float> input, float timestep, Span<float> output)
        {
            var half = input.Length / 2;
            for (var i = 0; i < half; i++)
            {
                output[i] = input[i] + timestep;
                output[i + half] = 2 * input[i + half];
            }
        }
    }
}
