using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Tests;

/// <summary>
/// Plans without any rounding: smooth steps of ln(σ/α) in every form that states have. They grow from the first, which is of size 1/n²,
/// so that what a multistep method's first steps of lower order miss does not hide its order.
/// </summary>
internal static class Ladder
{
    private const double Highest = 10;
    private const double Lowest = 0.1;

    /// <summary>α from σ/α.</summary>
    public static IReadOnlyDictionary<string, Func<double, double>> Forms { get; } = new Dictionary<string, Func<double, double>>(StringComparer.Ordinal)
    {
        ["k-diffusion"] = _ => 1,
        ["DDPM"] = ratio => 1 / Math.Sqrt(1 + (ratio * ratio)),
        ["flow"] = ratio => 1 / (1 + ratio),
    };

    /// <summary>A plan of n steps.</summary>
    public static SamplingPlan Plan(string form, int n) => Blocks(form, n, int.MaxValue);

    /// <summary>A plan of n steps in blocks, of which call k has order k.</summary>
    public static SamplingPlan Blocks(string form, int n, int block)
    {
        var ladder = Levels(form, n);
        return Plan(form, ladder, Enumerable.Range(0, n).Select(i => new SamplingStep(ladder[i], ladder[i + 1], block == int.MaxValue ? block : (i % block) + 1)));
    }

    /// <summary>A plan of n steps whose first is made twice, the second time asking at its end: PLMS.</summary>
    public static SamplingPlan FirstTwice(string form, int n)
    {
        var ladder = Levels(form, n);
        return Plan(
            form,
            ladder,
            Enumerable.Range(0, n).Select(i => new SamplingStep(ladder[i], ladder[i + 1])).Prepend(new SamplingStep(ladder[0], ladder[1])).Select((step, i) => i == 1 ? step with { Ask = step.To } : step));
    }

    /// <summary>A plan of n steps of which the first three have Runge and Kutta's four calls: PNDM.</summary>
    public static SamplingPlan ThreeFourfold(string form, int n)
    {
        var ladder = Levels(form, 2 * n);
        return Plan(form, ladder, Enumerable.Range(0, n).SelectMany(i =>
        {
            var (start, middle, end) = (ladder[2 * i], ladder[(2 * i) + 1], ladder[(2 * i) + 2]);
            return i >= 3
                ? (SamplingStep[])[new(start, end)]
                : [new(start, middle), new(start, middle, Ask: middle), new(start, end, Ask: middle), new(start, end, Ask: end)];
        }));
    }

    private static SamplingPlan Plan(string form, NoiseLevel[] ladder, IEnumerable<SamplingStep> steps) => new([.. steps], 1, new AllLevels(form, ladder));

    private static NoiseLevel[] Levels(string form, int n) =>
        [.. Enumerable.Range(0, n + 1).Select(i => At(form, Highest * Math.Pow(Lowest / Highest, Math.Pow((double)i / n, 2)), n - i))];

    private static NoiseLevel At(string form, double ratio, int timestep)
    {
        var alpha = Forms[form](ratio);
        return new NoiseLevel(alpha, ratio * alpha, timestep);
    }

    private sealed class AllLevels(string form, NoiseLevel[] ladder) : INoiseLevels
    {
        // Samplers ask this in k-diffusion's form alone, where σ is the ratio.
        public NoiseLevel AtSigma(double sigma) => At(form, sigma, 0);

        public NoiseLevel AtTimestep(double timestep) => ladder[ladder.Length - 1 - (int)timestep];
    }
}
