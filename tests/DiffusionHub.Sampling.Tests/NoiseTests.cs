using System.Text.Json;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Sampling.Tests;

public sealed class NoiseTests
{
    private const double Limit = 2e-6;

    public static TheoryData<int> Rows => Golden.Rows("rng.json");

    [Theory]
    [MemberData(nameof(Rows))]
    public void Numbers_are_those_of_PyTorch(int row)
    {
        var golden = Golden.Read("rng.json")[row];
        var seed = golden.GetProperty("seed").GetInt64();
        if (golden.GetProperty("device").GetString() == "nv")
        {
            Nv(golden, seed);
        }
        else
        {
            Cpu(golden, seed);
        }
    }

    private static void Nv(JsonElement golden, long seed)
    {
        var expected = golden.GetProperty("first").Floats();
        var actual = new float[expected.Length];
        var noise = new PhiloxNoise(seed);
        for (var call = 0; call <= golden.GetProperty("call").GetInt32(); call++)
        {
            noise.Normal(actual);
        }

        Golden.Error(actual, expected).ShouldBeLessThan(Limit);
    }

    private static void Cpu(JsonElement golden, long seed)
    {
        var noise = new TorchCpuNoise(seed);
        var values = new float[golden.GetProperty("shape").EnumerateArray().Aggregate(1, (n, d) => n * d.GetInt32())];
        noise.Normal(values.AsSpan());
        var (first, last) = (golden.GetProperty("first").Floats(), golden.GetProperty("last").Floats());
        Golden.Error(values.AsSpan(0, first.Length), first).ShouldBeLessThan(Limit);
        Golden.Error(values.AsSpan()[^last.Length..], last).ShouldBeLessThan(Limit);
        values.Sum(v => (double)v).ShouldBe(golden.GetProperty("sum").GetDouble(), values.Length * Limit);

        var second = golden.GetProperty("secondCall").Floats();
        noise.Normal(values.AsSpan());
        Golden.Error(values.AsSpan(0, second.Length), second).ShouldBeLessThan(Limit);

        var uniform = golden.GetProperty("thenUniform4").Floats();
        noise.Uniform(values.AsSpan(0, Math.Min(4, values.Length)));
        if (values.Length >= 4)
        {
            Golden.Error(values.AsSpan(0, 4), uniform).ShouldBeLessThan(1e-8);
        }
        else
        {
            noise.Uniform(new float[1]);
        }

        var doubles = new double[20];
        noise.Normal(doubles.AsSpan());
        var expected = golden.GetProperty("thenFloat64Normal20").Doubles();
        doubles.Zip(expected, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-8);
    }
}
