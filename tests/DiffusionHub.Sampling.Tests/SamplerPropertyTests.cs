using System.Globalization;
using System.Text.Json;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedulers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Tests;

/// <summary>What holds for every sampler that people can choose and for every scheduler class, on Stable Diffusion's training process.</summary>
public sealed class SamplerPropertyTests
{
    private const int Steps = 12;

    // Not a multiple of any vector's length.
    private const int Elements = 53;

    // Chooses its steps by the error in the whole batch, which is all that can be asked at one level: its pictures agree within its tolerance.
    private const string Adaptive = "DPM adaptive";

    private const string Process = """
        {
          "_class_name": "DDIMScheduler", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "num_train_timesteps": 1000,
          "steps_offset": 1, "clip_sample": false, "set_alpha_to_one": false
        }
        """;

    public static TheoryData<string> Names => [.. KnownSamplers.All.Select(s => s.Name), .. KnownSchedulers.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_exact_denoiser_gets_its_picture(string name)
    {
        var recipe = Recipe(name);
        foreach (var steps in (int[])[4, 7, 20])
        {
            var plan = recipe.Schedule.Plan(steps);
            if (plan.Steps[0].From.Alpha == 0)
            {
                // iPNDM's first level: an estimate of the noise says nothing about the picture there.
                plan = recipe.Schedule.Plan(steps, 1);
            }

            var (picture, x) = (Normals(1, Elements), Normals(2, Elements));
            var first = plan.Steps[0].From;
            var last = first;
            for (var i = 0; i < Elements; i++)
            {
                x[i] = (float)((first.Alpha * picture[i]) + (first.Sigma * x[i]));
            }

            recipe.Sampler.Sample(new Known(picture), plan, new GeneratorNoise(new PhiloxNoise(3)), x, Note, TestContext.Current.CancellationToken);
            for (var i = 0; i < Elements; i++)
            {
                // The level where the walk ended may leave some noise: within four deviations in 53 normal numbers, but for one seed in 300.
                ((double)x[i]).ShouldBe(last.Alpha * picture[i], 1e-4 + (4 * last.Sigma), $"{steps} steps, element {i}");
            }

            void Note(in StepReport step, Span<float> state, ReadOnlySpan<float> x0) => last = step.Level;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_batch_is_its_pictures(string name)
    {
        float[] both = [.. Normals(1, Elements), .. Normals(2, Elements)];
        Run(name, both, new GeneratorNoise(new PhiloxNoise(11), new PhiloxNoise(12)));
        for (var i = 0; i < 2; i++)
        {
            var one = Normals(1 + i, Elements);
            Run(name, one, new GeneratorNoise(new PhiloxNoise(11 + i)));
            var together = both[(i * Elements)..((i + 1) * Elements)];
            if (name == Adaptive)
            {
                Golden.Error(together, one).ShouldBeLessThan(0.05);
            }
            else
            {
                together.ShouldBe(one);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Threads_do_not_change_a_picture(string name)
    {
        var expected = Normals(1, Elements);
        Run(name, expected, new GeneratorNoise(new PhiloxNoise(11)));

        // One sampler and one schedule for all, since neither may remember anything.
        var recipe = Recipe(name);
        var results = new float[8][];
        var threads = Enumerable.Range(0, results.Length).Select(t => new Thread(() =>
        {
            results[t] = Normals(1, Elements);
            Run(recipe, Steps, results[t], new GeneratorNoise(new PhiloxNoise(11)));
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        results.ShouldAllBe(result => result.SequenceEqual(expected));
    }

    // The program runs without the cultures' data, so numbers as in German (and, with that minus, in Swedish) are written out here.
    [Theory]
    [MemberData(nameof(Names))]
    public void The_culture_does_not_change_a_picture(string name)
    {
        var expected = Normals(1, Elements);
        Run(name, expected, new GeneratorNoise(new PhiloxNoise(11)));
        var before = CultureInfo.CurrentCulture;
        try
        {
            var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (german.NumberFormat.NumberDecimalSeparator, german.NumberFormat.NumberGroupSeparator, german.NumberFormat.NegativeSign) = (",", ".", "−");
            CultureInfo.CurrentCulture = german;
            var x = Normals(1, Elements);
            Run(name.ToUpperInvariant(), x, new GeneratorNoise(new PhiloxNoise(11)));
            x.ShouldBe(expected);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_allocates_a_kilobyte_at_most(string name)
    {
        var recipe = Recipe(name);
        Allocated(recipe, Steps);
        ((Allocated(recipe, 4 * Steps) - Allocated(recipe, Steps)) / (3.0 * Steps)).ShouldBeLessThanOrEqualTo(1024);
    }

    private static SamplingRecipe Recipe(string name, int pictures = 1)
    {
        var config = SchedulerConfig.Parse(Process);
        config = KnownSchedulers.All.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } chosen
            ? config.With(chosen, new Dictionary<string, JsonElement>(StringComparer.Ordinal))
            : config.With(KnownSamplers.Named(name).Class, KnownSamplers.Named(name).Set);
        return config.Build(new RecipeOptions { Pictures = pictures });
    }

    private static void Run(string name, float[] x, IStepNoise noise) => Run(Recipe(name, x.Length / Elements), Steps, x, noise);

    private static void Run(SamplingRecipe recipe, int steps, float[] x, IStepNoise noise)
    {
        var plan = recipe.Schedule.Plan(steps);
        for (var i = 0; i < x.Length; i++)
        {
            x[i] *= (float)plan.InitialScale;
        }

        recipe.Sampler.Sample(recipe.Denoiser(new Wave()), plan, noise, x, null, CancellationToken.None);
        x.ShouldAllBe(value => float.IsFinite(value));
    }

    private static long Allocated(SamplingRecipe recipe, int steps)
    {
        var (plan, denoiser, noise, x) = (recipe.Schedule.Plan(steps), recipe.Denoiser(new Wave()), new GeneratorNoise(new PhiloxNoise(1)), Normals(1, 4096));
        var before = GC.GetAllocatedBytesForCurrentThread();
        recipe.Sampler.Sample(denoiser, plan, noise, x, null, TestContext.Current.CancellationToken);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static float[] Normals(long seed, int count)
    {
        var values = new float[count];
        new PhiloxNoise(seed).Normal(values);
        return values;
    }

    private sealed class Known(float[] picture) : IDenoiser
    {
        public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0) => picture.CopyTo(x0);
    }

    // A bounded wave, a little different at every timestep.
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
