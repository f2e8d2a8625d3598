using System.Diagnostics;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedulers;

namespace DiffusionHub.Cli.Commands.Bench;

/// <summary>Times samplers on a latent of 1×4×128×128 (SDXL at 1024×1024) with a model that only writes its output and noise that is free.</summary>
internal sealed class SamplerTiming(CancellationToken stop)
{
    public const int Elements = 4 * 128 * 128;
    public const int Steps = 20;
    public const int Runs = 51;

    // Long enough for the runtime to compile everything at its best.
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(400);

    // Stable Diffusion's.
    private const string Process = """
        {
          "_class_name": "DDIMScheduler", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
          "steps_offset": 1, "clip_sample": false, "set_alpha_to_one": false
        }
        """;

    private readonly float[] start = Normals();
    private readonly float[] x = new float[Elements];

    public SamplerFigures Measure(KnownSampler sampler)
    {
        var recipe = SchedulerConfig.Parse(Process).With(sampler.Class, sampler.Set).Build();
        var milliseconds = Median(() => Run(recipe, sampler, Steps).StepMilliseconds);
        // Buffers are a run's, not a step's: what twice the steps allocate more.
        var bytes = Enumerable.Range(0, 9).Select(_ => (double)(Run(recipe, sampler, 2 * Steps).Bytes - Run(recipe, sampler, Steps).Bytes)).Median();
        return new SamplerFigures(sampler.Name, Math.Round(milliseconds, 4), Math.Round(bytes / Steps, 1));
    }

    public NoiseFigures Measure(string name, IStepNoise noise)
    {
        // Down Stable Diffusion's range in as many steps, again and again.
        var step = 0;
        return new NoiseFigures(name, Math.Round(
            Median(() =>
            {
                var from = step++ % Steps;
                var begun = Stopwatch.GetTimestamp();
                noise.Fill(Level(from), Level(from + 1), x);
                return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            }),
            3));
    }

    private static double Level(int step) => 14.6146 * Math.Pow(0.0292 / 14.6146, (double)step / Steps);

    // One whole walk: a step's time without the model's, and what the walk allocated.
    private (double StepMilliseconds, long Bytes) Run(SamplingRecipe recipe, KnownSampler sampler, int steps)
    {
        var plan = recipe.Schedule.Plan(steps);
        var model = new Writer(start);
        var denoiser = recipe.Denoiser(model);
        start.CopyTo(x, 0);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var begun = Stopwatch.GetTimestamp();
        recipe.Sampler.Sample(denoiser, plan, FreeNoise.Instance, x, null, stop);
        var time = Stopwatch.GetElapsedTime(begun) - model.Time;
        var bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        // The adaptive method takes as many steps as it wants, of three calls each.
        return (time.TotalMilliseconds / (sampler.Calls == 0 ? model.Calls / 3.0 : steps), bytes);
    }

    private static double Median(Func<double> run)
    {
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < WarmUp;)
        {
            run();
        }

        return Enumerable.Range(0, Runs).Select(_ => run()).Median();
    }

    private static float[] Normals()
    {
        var values = new float[Elements];
        new PhiloxNoise(1).Normal(values);
        return values;
    }

    private sealed class Writer(float[] output) : IPredictor
    {
        public TimeSpan Time { get; private set; }

        public int Calls { get; private set; }

        public void Predict(ReadOnlySpan<float> input, float timestep, Span<float> prediction)
        {
            var begun = Stopwatch.GetTimestamp();
            output.CopyTo(prediction);
            Calls++;
            Time += Stopwatch.GetElapsedTime(begun);
        }
    }

    private sealed class FreeNoise : IStepNoise
    {
        public static FreeNoise Instance { get; } = new();

        // What the buffer holds will do.
        public void Fill(double from, double to, Span<float> values)
        {
        }
    }
}
