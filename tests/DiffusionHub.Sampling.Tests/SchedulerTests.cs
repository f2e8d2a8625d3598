using System.Text.Json;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Tests;

public sealed class SchedulerTests
{
    public static TheoryData<int> DdimRows => Golden.Rows("DDIMScheduler.json");

    public static TheoryData<int> EulerRows => Golden.Rows("EulerDiscreteScheduler.json");

    [Theory]
    [MemberData(nameof(DdimRows))]
    public void Ddim_walks_as_in_diffusers(int row) => Walk(Golden.Read("DDIMScheduler.json")[row], new Ddim(), (process, config) =>
        new DdimSchedule(process, SpacingOf(config), Offset(config), !config.TryGetProperty("set_alpha_to_one", out var one) || one.GetBoolean()));

    [Theory]
    [MemberData(nameof(EulerRows))]
    public void Euler_walks_as_in_diffusers(int row) => Walk(Golden.Read("EulerDiscreteScheduler.json")[row], new Euler(), (process, config) =>
        new EulerSchedule(process, SpacingOf(config), Offset(config)));

    [Fact]
    public void Cancelling_stops_between_two_steps()
    {
        using var source = new CancellationTokenSource();
        var plan = new DdimSchedule(TrainingProcess.ScaledLinear(0.00085f, 0.012f, 1000, false), TimestepSpacing.Trailing, 0, true).Plan(5);
        var done = 0;
        Should.Throw<OperationCanceledException>(() => new Ddim().Sample(
            PredictionDenoiser.Create(PredictionType.Sample, new Wave()), plan, new float[4], (step, _, _, _) =>
            {
                done = step;
                if (step == 2)
                {
                    source.Cancel();
                }
            },
            source.Token));
        done.ShouldBe(2);
    }

    private static void Walk(JsonElement golden, ISampler sampler, Func<TrainingProcess, JsonElement, ISigmaSchedule> create)
    {
        var config = golden.GetProperty("config");
        var process = TrainingProcess.ScaledLinear(
            config.GetProperty("beta_start").GetSingle(),
            config.GetProperty("beta_end").GetSingle(),
            1000,
            config.TryGetProperty("rescale_betas_zero_snr", out var zero) && zero.GetBoolean());
        var plan = create(process, config).Plan(golden.GetProperty("steps").GetInt32());
        plan.InitialScale.ShouldBe(golden.GetProperty("initNoiseSigma").GetSingle(), 1e-5 * plan.InitialScale);
        var timesteps = golden.GetProperty("timesteps").Floats();
        Golden.Error([.. plan.Steps.Select(s => s.From.Timestep)], timesteps).ShouldBeLessThan(1e-5);
        if (golden.TryGetProperty("sigmas", out var sigmas))
        {
            Golden.Error([.. plan.Steps.Select(s => s.From.Sigma), plan.Steps[^1].To.Sigma], sigmas.Floats()).ShouldBeLessThan(1e-5);
        }

        var x = new float[20];
        new TorchCpuNoise(golden.GetProperty("seed").GetInt64()).Normal(x.AsSpan());
        for (var i = 0; i < x.Length; i++)
        {
            x[i] *= plan.InitialScale;
        }

        var type = config.TryGetProperty("prediction_type", out var name) ? name.GetString() : null;
        var denoiser = PredictionDenoiser.Create(
            type switch { "v_prediction" => PredictionType.Velocity, "sample" => PredictionType.Sample, _ => PredictionType.Epsilon },
            new Wave());
        // From σ = 4096 the first step cancels three decimal places of float32.
        var limit = plan.InitialScale > 1000 ? 1e-4 : 1e-5;
        var expected = golden.GetProperty("trajectory").EnumerateArray().Select(s => s.Floats()).ToArray();
        sampler.Sample(denoiser, plan, x, (step, _, state, _) => Golden.Error(state, expected[step - 1]).ShouldBeLessThan(limit, $"step {step}"), default);
    }

    private static TimestepSpacing SpacingOf(JsonElement config) => Enum.Parse<TimestepSpacing>(config.GetProperty("timestep_spacing").GetString()!, ignoreCase: true);

    private static int Offset(JsonElement config) => config.TryGetProperty("steps_offset", out var offset) ? offset.GetInt32() : 0;

    // The model of the reference runs.
    private sealed class Wave : IPredictor
    {
        public void Predict(ReadOnlySpan<float> input, float timestep, Span<float> output)
        {
            for (var i = 0; i < input.Length; i++)
            {
                output[i] = (0.9f * MathF.Sin((1.3f * input[i]) + (0.01f * timestep))) + (0.1f * input[i]);
            }
        }
    }
}
