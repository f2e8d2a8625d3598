using System.Text.Json;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedulers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Tests;

/// <summary>The samplers of k-diffusion by their names there.</summary>
public sealed class KDiffusionTests
{
    private const string Reference = "k-diffusion.json";

    // The SDE samplers again, with k-diffusion's own code and the seed's generator: the noise of their rows in the reference file is another.
    private const string Seeded = "k-diffusion-sde.json";

    private static readonly string[] OtherNoise = ["dpmpp_sde", "dpmpp_2m_sde", "dpmpp_3m_sde"];

    public static TheoryData<string, int> Rows
    {
        get
        {
            var rows = new TheoryData<string, int>();
            foreach (var (i, _) in Cases(Reference).Index().Where(row => !OtherNoise.Contains(row.Item.GetProperty("sampler").GetString())))
            {
                rows.Add(Reference, i);
            }

            for (var i = 0; i < Cases(Seeded).Length; i++)
            {
                rows.Add(Seeded, i);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Walks_as_in_k_diffusion(string file, int row)
    {
        var golden = Cases(file)[row];
        var denoiser = new Waves();
        var x = Walk(golden, denoiser, new TorchCpuNoise(golden.GetProperty("seed").GetInt64()));
        Golden.Error(x, golden.GetProperty("result").Floats()).ShouldBeLessThan(1e-4);
        denoiser.Calls.ShouldBe(golden.GetProperty("modelCalls").GetInt32());
    }

    [Fact]
    public void Every_case_has_a_sampler_and_a_schedule()
    {
        foreach (var golden in Cases(Reference))
        {
            KDiffusion.Samplers.ShouldContain(golden.GetProperty("sampler").GetString()!);
            var levels = Sigmas(golden);
            Golden.Error(levels, golden.GetProperty("sigmas").Floats()).ShouldBeLessThan(1e-6);
        }
    }

    [Theory]
    [InlineData("eulr", "{}", "k-diffusion has no sampler eulr. Known: dpm_2,")]
    [InlineData("euler", """{ "eta": 1 }""", "euler has no argument eta. It has: s_churn, s_tmin, s_tmax, s_noise.")]
    [InlineData("dpmpp_2m", """{ "eta": 1 }""", "dpmpp_2m has no argument eta. It has: none.")]
    [InlineData("euler", """{ "s_churn": "much" }""", "s_churn is \"much\", but must be a number.")]
    [InlineData("lms", """{ "order": 0 }""", "order is 0, but must be a whole number from 1 to 8.")]
    [InlineData("dpmpp_2m_sde", """{ "solver_type": "euler" }""", "solver_type is \"euler\", but must be one of midpoint, heun.")]
    [InlineData("euler", "[]", "The arguments of euler must be a JSON object.")]
    public void What_is_wrong_is_named(string name, string options, string said)
    {
        using var document = JsonDocument.Parse(options);
        Should.Throw<SchedulerConfigException>(() => KDiffusion.Sampler(name, document.RootElement)).Message.ShouldStartWith(said);
    }

    [Theory]
    [InlineData("A plan needs two noise levels or more, but there are 1.", 1.0)]
    [InlineData("Noise levels must fall and be 0 or more, but after 1 comes 1.", 2.0, 1.0, 1.0)]
    [InlineData("Noise levels must fall and be 0 or more, but after 1 comes -1.", 1.0, -1.0)]
    [InlineData("Noise levels must fall and be 0 or more, but after 1 comes NaN.", 1.0, double.NaN)]
    [InlineData("Noise levels must fall and be 0 or more, but after Infinity comes 1.", double.PositiveInfinity, 1.0)]
    public void Levels_that_do_not_fall_are_refused(string said, params double[] sigmas) =>
        Should.Throw<ArgumentException>(() => KDiffusion.Plan(sigmas)).Message.ShouldStartWith(said);

    [Fact]
    public void A_plan_ends_with_a_step_of_first_order_where_it_ends_clean()
    {
        KDiffusion.Plan([3, 2, 0]).Steps.Select(s => s.MaxOrder).ShouldBe([int.MaxValue, 1]);
        KDiffusion.Plan([3, 2, 1]).Steps.Select(s => s.MaxOrder).ShouldBe([int.MaxValue, int.MaxValue]);
    }

    private static JsonElement Document(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "goldens", name)));
        return document.RootElement.Clone();
    }

    private static JsonElement[] Cases(string name) => [.. Document(name).GetProperty("cases").EnumerateArray()];

    private static float[] Sigmas(JsonElement golden)
    {
        var curve = KDiffusion.Schedule(golden.GetProperty("schedule").GetString()!);
        var (lowest, highest) = (Document(Reference).GetProperty("sigmaMin").GetDouble(), Document(Reference).GetProperty("sigmaMax").GetDouble());
        return [.. curve.Sigmas(golden.GetProperty("steps").GetInt32(), highest, lowest).Select(s => (float)s), 0];
    }

    private static float[] Walk(JsonElement golden, IDenoiser denoiser, TorchCpuNoise source)
    {
        var plan = KDiffusion.Plan([.. Sigmas(golden).Select(s => (double)s)]);
        var x = new float[20];
        source.Normal(x.AsSpan());
        for (var i = 0; i < x.Length; i++)
        {
            x[i] *= (float)plan.InitialScale;
        }

        var sampler = KDiffusion.Sampler(golden.GetProperty("sampler").GetString()!, golden.GetProperty("options"));
        sampler.Sample(denoiser, plan, new GeneratorNoise(source), x, null, TestContext.Current.CancellationToken);
        return x;
    }

    // The denoiser of the reference runs.
    private sealed class Waves : IDenoiser
    {
        public int Calls { get; private set; }

        public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0)
        {
            Calls++;
            var sigma = (float)level.Sigma;
            var c = 1 / ((sigma * sigma) + 1);
            var root = MathF.Sqrt(c);
            for (var i = 0; i < x.Length; i++)
            {
                x0[i] = (x[i] * c) + (0.5f * MathF.Sin((2 * x[i] * root) + MathF.Log(sigma)) * root);
            }
        }
    }
}
