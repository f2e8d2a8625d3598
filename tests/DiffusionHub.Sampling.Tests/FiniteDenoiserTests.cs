using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Tests;

public sealed class FiniteDenoiserTests
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_run_ends_at_the_step_whose_output_is_not_finite(float bad)
    {
        var plan = Plans.Ddim(5);
        var third = plan.Steps[2].From.Timestep;
        var fault = Fault(new Ddim(), plan, bad, third);
        (fault.Step, fault.Call, fault.Timestep).ShouldBe((3, 3, third));
        fault.Message.ShouldContain("step 3 of 5");
        fault.Message.ShouldContain($"timestep {third}");
    }

    [Fact]
    public void Where_a_step_has_two_calls_both_are_told()
    {
        var plan = Plans.Euler(5);
        var fault = Fault(new Heun(), plan, float.NaN, plan.Steps[1].From.Timestep);
        // The second call of the first step asks where the second step begins.
        (fault.Step, fault.Call).ShouldBe((2, 2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(36)]
    public void One_element_anywhere_is_enough(int place)
    {
        var x0 = new float[37];
        var denoiser = Denoiser(new Spoilt(place, float.NaN, 500), Plans.Euler(5));
        denoiser.Denoise(new float[37], new NoiseLevel(1, 1, 400), x0);
        Should.Throw<ModelOutputException>(() => denoiser.Denoise(new float[37], new NoiseLevel(1, 2, 500), x0)).Call.ShouldBe(2);
    }

    [Fact]
    public void An_infinity_is_seen_before_a_bound_hides_it()
    {
        var denoiser = new FiniteDenoiser(
            network => new LimitedDenoiser(new PredictionDenoiser(PredictionType.Sample, network), new Clip(1)), new Spoilt(0, float.PositiveInfinity, 500), Plans.Ddim(5));
        Should.Throw<ModelOutputException>(() => denoiser.Denoise(new float[4], new NoiseLevel(0.6, 0.8, 500), new float[4]));
    }

    [Fact]
    public void What_is_finite_passes_unchanged()
    {
        float[] plain = new float[3], decorated = new float[3];
        var network = new Toy((x, _) => x * float.MaxValue);
        new PredictionDenoiser(PredictionType.Sample, network).Denoise([1, -1, 0.5f], new NoiseLevel(0.6, 0.8, 500), plain);
        new FiniteDenoiser(p => new PredictionDenoiser(PredictionType.Sample, p), network, Plans.Ddim(5)).Denoise([1, -1, 0.5f], new NoiseLevel(0.6, 0.8, 500), decorated);
        decorated.ShouldBe(plain);
    }

    private static ModelOutputException Fault(ISampler sampler, SamplingPlan plan, float bad, float timestep) =>
        Should.Throw<ModelOutputException>(() => Plans.Run(sampler, Denoiser(new Spoilt(3, bad, timestep), plan), plan, [1, 2, 3, 4, 5]));

    private static FiniteDenoiser Denoiser(IPredictor network, SamplingPlan plan) => new(p => new PredictionDenoiser(PredictionType.Epsilon, p), network, plan);

    // One element of one timestep.
    private sealed class Spoilt(int place, float bad, float when) : IPredictor
    {
        public void Predict(ReadOnlySpan<float> input, float timestep, Span<float> output)
        {
            input.CopyTo(output);
            if (timestep == when)
            {
                output[place] = bad;
            }
        }
    }
}
