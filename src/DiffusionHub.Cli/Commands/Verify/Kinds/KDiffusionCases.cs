using System.Text.Json;
using DiffusionHub.Sampling.Denoisers;
using DiffusionHub.Sampling.Noise;
using DiffusionHub.Sampling.Schedulers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Cli.Commands.Verify.Kinds;

/// <summary><c>k-diffusion.json</c>.</summary>
/// <param name="SigmaMin">Lowest σ of the schedules.</param>
/// <param name="SigmaMax">Highest σ of the schedules.</param>
/// <param name="Cases">The cases.</param>
internal sealed record KDiffusionFile(double SigmaMin, double SigmaMax, JsonElement[] Cases);

/// <summary>A walk of a sampler of k-diffusion.</summary>
/// <param name="Sampler">Its name there.</param>
/// <param name="Options">Its arguments.</param>
/// <param name="Schedule">Name of the schedule.</param>
/// <param name="Steps">Number of steps.</param>
/// <param name="Seed">Seed of the first state and of the steps' noise.</param>
/// <param name="Sigmas">The schedule's σ, the last of them 0.</param>
/// <param name="Result">The last state.</param>
/// <param name="ModelCalls">How often the model was asked.</param>
internal sealed record KDiffusionWalk(string Sampler, JsonElement Options, string Schedule, int Steps, long Seed, float[] Sigmas, float[] Result, int ModelCalls);

/// <summary><c>k-diffusion/i</c>: the samplers of k-diffusion.</summary>
internal sealed class KDiffusionCases : IReferenceCases
{
    private const string FileName = "k-diffusion.json";
    private const double LevelLimit = 1e-5;
    private const double StateLimit = 1e-4;

    public IEnumerable<CaseFile> In(ReferenceFolder folder) => !folder.HasFile(FileName) ? [] : [new CaseFile("k-diffusion", () =>
    {
        var file = folder.Read(VerifyJson.Default.KDiffusionFile, FileName);
        return file.Cases.Select((golden, i) => new ReferenceCase(
            $"k-diffusion/{i}",
            (comparison, _, cancellation) => Run(file, ReferenceFolder.Read(VerifyJson.Default.KDiffusionWalk, golden), comparison, cancellation)));
    })];

    private static void Run(KDiffusionFile file, KDiffusionWalk golden, Comparison comparison, CancellationToken cancellation)
    {
        // float32, as the original keeps them.
        float[] sigmas = [.. KDiffusion.Schedule(golden.Schedule).Sigmas(golden.Steps, file.SigmaMax, file.SigmaMin).Select(sigma => (float)sigma), 0];
        comparison.Numbers<float>("sigmas", sigmas, golden.Sigmas, LevelLimit);

        var source = new TorchCpuNoise(golden.Seed);
        var x = new float[golden.Result.Length];
        source.Normal(x.AsSpan());
        var plan = KDiffusion.Plan([.. sigmas.Select(sigma => (double)sigma)]);
        for (var i = 0; i < x.Length; i++)
        {
            x[i] *= (float)plan.InitialScale;
        }

        var denoiser = new Waves();
        KDiffusion.Sampler(golden.Sampler, golden.Options).Sample(denoiser, plan, new GeneratorNoise(source), x, null, cancellation);
        comparison.Numbers<float>("result", x, golden.Result, StateLimit);
        comparison.Exact("model calls", [denoiser.Calls], [golden.ModelCalls]);
    }

    /// <summary>The denoiser of the reference runs: x·c + ½·sin(2x√c + ln σ)·√c with c = 1/(σ² + 1).</summary>
    private sealed class Waves : IDenoiser
    {
        public int Calls { get; private set; }

        public void Denoise(ReadOnlySpan<float> x, in NoiseLevel level, Span<float> x0)
        {
            Calls++;
            var sigma = (float)level.Sigma;
            var c = 1 / ((sigma * sigma) + 1);
            var (root, log) = (MathF.Sqrt(c), MathF.Log(sigma));
            for (var i = 0; i < x.Length; i++)
            {
                x0[i] = (x[i] * c) + (0.5f * MathF.Sin((2 * x[i] * root) + log) * root);
            }
        }
    }
}
