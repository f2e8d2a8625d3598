using System.Text.Json;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedulers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Cli.Commands.Verify.Kinds;

/// <summary>A file of <c>schedulers/</c>.</summary>
/// <param name="Class">The scheduler class.</param>
/// <param name="Cases">Its cases.</param>
internal sealed record SchedulerFile(string Class, JsonElement[] Cases);

/// <summary>A walk of a scheduler of diffusers.</summary>
/// <param name="Config">The scheduler's configuration.</param>
/// <param name="Steps">Number of steps.</param>
/// <param name="Seed">Seed of the first state and of the steps' noise.</param>
/// <param name="Timesteps">What the model was told, call by call.</param>
/// <param name="InitNoiseSigma">Factor of the first state.</param>
/// <param name="Trajectory">The state after every call.</param>
/// <param name="Sigmas">σ/α of every step and of the end, where the scheduler has them.</param>
internal sealed record SchedulerWalk(JsonElement Config, int Steps, long Seed, float[] Timesteps, double InitNoiseSigma, float[][] Trajectory, float[]? Sigmas = null);

/// <summary><c>schedulers/Class/i</c>: the schedulers of diffusers, state by state.</summary>
internal sealed class SchedulerCases : IReferenceCases
{
    private const string Folder = "schedulers";
    private const double LevelLimit = 1e-5;
    private const double StateLimit = 1e-4;

    public IEnumerable<CaseFile> In(ReferenceFolder folder) => folder.JsonFiles(Folder).Select(name => new CaseFile($"{Folder}/{name}", () =>
    {
        var file = folder.Read(VerifyJson.Default.SchedulerFile, Folder, name + ".json");
        return file.Cases.Select((golden, i) => new ReferenceCase(
            $"{Folder}/{name}/{i}",
            (comparison, _, cancellation) => Run(file.Class, ReferenceFolder.Read(VerifyJson.Default.SchedulerWalk, golden), comparison, cancellation)));
    }));

    private static void Run(string className, SchedulerWalk golden, Comparison comparison, CancellationToken cancellation)
    {
        var recipe = SchedulerConfig.Of(className, golden.Config).Build();
        var plan = recipe.Schedule.Plan(golden.Steps);
        comparison.Number("initial noise", plan.InitialScale, golden.InitNoiseSigma, LevelLimit);
        if (golden.Sigmas is { } sigmas)
        {
            comparison.Numbers<float>("sigmas", Distinct(Ladder(plan)), Distinct(sigmas), LevelLimit);
        }

        var source = new TorchCpuNoise(golden.Seed);
        var x = new float[golden.Trajectory is [var first, ..] ? first.Length : 0];
        source.Normal(x.AsSpan());
        for (var i = 0; i < x.Length; i++)
        {
            x[i] *= (float)plan.InitialScale;
        }

        var wave = new Wave();
        var calls = 0;
        recipe.Sampler.Sample(recipe.Denoiser(wave), plan, new GeneratorNoise(source), x, Compare, cancellation);
        comparison.Exact("model calls", [calls], [golden.Trajectory.Length]);
        comparison.Numbers<float>("timesteps", wave.Timesteps.ToArray(), golden.Timesteps, LevelLimit);

        void Compare(in StepReport step, Span<float> state, ReadOnlySpan<float> x0)
        {
            if (calls < golden.Trajectory.Length)
            {
                comparison.Numbers($"state {calls}", state, golden.Trajectory[calls], StateLimit);
            }

            calls++;
        }
    }

    // σ of flow matching's levels, σ/α of the others.
    private static float[] Ladder(SamplingPlan plan)
    {
        var first = plan.Steps[0].From;
        var flows = Math.Abs(first.Alpha + first.Sigma - 1) < 1e-6;
        return [.. plan.Steps.Select(step => step.From).Append(plan.Steps[^1].To).Select(level => (float)(level.Sigma / (flows ? 1 : level.Alpha)))];
    }

    // The original repeats the levels of two-stage methods.
    private static float[] Distinct(float[] levels) => [.. levels.Where((level, i) => i == 0 || level != levels[i - 1])];

    /// <summary>The model of the reference runs.</summary>
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
