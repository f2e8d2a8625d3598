using System.Globalization;
using System.Text.Json;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Cli.Commands.Verify.Kinds;

/// <summary>Numbers of PyTorch's CPU generator, drawn in one go: two calls of <paramref name="Shape"/>, <c>rand([4])</c>, float64 <c>randn([20])</c>.</summary>
/// <param name="Seed">Seed of the generator.</param>
/// <param name="Shape">Shape of the first two calls.</param>
/// <param name="First">The first call's beginning.</param>
/// <param name="Last">The first call's end.</param>
/// <param name="Sum">The first call's sum.</param>
/// <param name="SecondCall">The second call's beginning.</param>
/// <param name="ThenUniform4">The third call.</param>
/// <param name="ThenFloat64Normal20">The fourth call.</param>
internal sealed record CpuNumbers(
    long Seed, int[] Shape, float[] First, float[] Last, double Sum, float[] SecondCall, float[] ThenUniform4, double[] ThenFloat64Normal20);

/// <summary>Numbers of PyTorch's CUDA generator.</summary>
/// <param name="Seed">Seed of the generator.</param>
/// <param name="Call">Which of its calls, from 0.</param>
/// <param name="First">The call's beginning.</param>
internal sealed record NvNumbers(long Seed, int Call, float[] First);

/// <summary><c>rng/i</c>: random numbers.</summary>
internal sealed class RandomNumberCases : IReferenceCases
{
    private const double Limit = 2e-6;
    private const string FileName = "rng.json";

    public IEnumerable<CaseFile> In(ReferenceFolder folder) =>
        folder.HasFile(FileName) ? [new CaseFile("rng", () => folder.Read(VerifyJson.Default.JsonElementArray, FileName).Select(Case))] : [];

    private static ReferenceCase Case(JsonElement golden, int index) => new($"rng/{index}", (comparison, _, _) =>
    {
        switch (golden.ValueKind == JsonValueKind.Object && golden.TryGetProperty("device", out var device) ? device.ToString() : "")
        {
            case "cpu":
                Cpu(ReferenceFolder.Read(VerifyJson.Default.CpuNumbers, golden), comparison);
                break;
            case "nv":
                Nv(ReferenceFolder.Read(VerifyJson.Default.NvNumbers, golden), comparison);
                break;
            case var other:
                throw new CaseException(string.Format(CultureInfo.InvariantCulture, VerifyTexts.UnknownGenerator, other));
        }
    });

    private static void Cpu(CpuNumbers golden, Comparison comparison)
    {
        var noise = new TorchCpuNoise(golden.Seed);
        var values = new float[golden.Shape.Aggregate(1, (count, side) => checked(count * side))];
        noise.Normal(values.AsSpan());
        comparison.Numbers<float>("first", Beginning(values, golden.First.Length), golden.First, Limit);
        comparison.Numbers<float>("last", values.AsSpan(Math.Max(0, values.Length - golden.Last.Length)), golden.Last, Limit);
        // Each of n numbers may be off by the limit.
        comparison.Number("sum", values.Sum(value => (double)value), golden.Sum, Limit * Math.Max(1, values.Length));

        noise.Normal(values.AsSpan());
        comparison.Numbers<float>("second call", Beginning(values, golden.SecondCall.Length), golden.SecondCall, Limit);

        var uniform = new float[4];
        noise.Uniform(uniform);
        comparison.Numbers<float>("uniform", uniform, golden.ThenUniform4, Limit);

        var doubles = new double[20];
        noise.Normal(doubles.AsSpan());
        comparison.Numbers<double>("float64", doubles, golden.ThenFloat64Normal20, Limit);
    }

    private static void Nv(NvNumbers golden, Comparison comparison)
    {
        var noise = new PhiloxNoise(golden.Seed);
        var values = new float[golden.First.Length];
        for (var call = 0; call <= golden.Call; call++)
        {
            noise.Normal(values);
        }

        comparison.Numbers<float>("first", values, golden.First, Limit);
    }

    private static ReadOnlySpan<float> Beginning(float[] values, int length) => values.AsSpan(0, Math.Min(length, values.Length));
}
