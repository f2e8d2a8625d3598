using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedulers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Tests;

/// <summary>Every scheduler class of diffusers, walked from the same noise with the same model, state by state.</summary>
public sealed class SchedulerTests
{
    public static TheoryData<string, int> Rows
    {
        get
        {
            var rows = new TheoryData<string, int>();
            foreach (var known in KnownSchedulers.All)
            {
                for (var i = 0; i < Golden.Cases(known.Name).Length; i++)
                {
                    rows.Add(known.Name, i);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Walks_as_in_diffusers(string className, int row)
    {
        var golden = Golden.Cases(className)[row];
        var recipe = SchedulerConfig.Of(className, golden.GetProperty("config")).Build();
        var plan = recipe.Schedule.Plan(golden.GetProperty("steps").GetInt32());
        plan.InitialScale.ShouldBe(golden.GetProperty("initNoiseSigma").GetDouble(), 1e-5 * plan.InitialScale);
        if (golden.TryGetProperty("sigmas", out var sigmas))
        {
            double Ratio(NoiseLevel level) => level.Sigma / (plan.Flows() ? 1 : level.Alpha);
            float[] ladder = [.. plan.Steps.Select(s => (float)Ratio(s.From)), (float)Ratio(plan.Steps[^1].To)];
            var expectedLadder = sigmas.Floats();
            // Two-stage methods have each level twice there.
            Golden.Error(ladder, expectedLadder.Length == ladder.Length ? expectedLadder : Golden.Distinct(expectedLadder)).ShouldBeLessThan(1e-5);
        }

        var source = new TorchCpuNoise(golden.GetProperty("seed").GetInt64());
        var x = new float[20];
        source.Normal(x.AsSpan());
        for (var i = 0; i < x.Length; i++)
        {
            x[i] *= (float)plan.InitialScale;
        }

        var wave = new Wave();
        var expected = golden.GetProperty("trajectory").EnumerateArray().Select(s => s.Floats()).ToArray();
        var calls = 0;
        // From σ = 4096 the first step cancels three decimal places of float32.
        var limit = plan.InitialScale > 1000 ? 1e-4 : 1e-5;
        recipe.Sampler.Sample(recipe.Denoiser(wave), plan, new GeneratorNoise(source), x, Compare, TestContext.Current.CancellationToken);
        calls.ShouldBe(expected.Length);
        Golden.Error([.. wave.Timesteps], golden.GetProperty("timesteps").Floats()).ShouldBeLessThan(1e-5);

        void Compare(in StepReport step, Span<float> state, ReadOnlySpan<float> x0)
        {
            step.Call.ShouldBe(++calls);
            step.Calls.ShouldBe(expected.Length);
            Golden.Error(state, expected[step.Call - 1]).ShouldBeLessThan(limit, $"call {step.Call}");
        }
    }

    // The model of the reference runs.
    private sealed class Wave : IPredictor
    {
        public List<float> Timesteps { get; } = [];

        public void Predict(ReadOnlySpan<float> input, float timestep, Span<float> output)
        {
            Timesteps.Add(timestep);
            for (var i = 0; i < input.Length; i++)
            {
                output[i] = (0.9f * MathF.Sin((1.3f * input[i]) + (0.01f * timestep))) + (0.1f * input[i]);
            }
        }
    }
}
