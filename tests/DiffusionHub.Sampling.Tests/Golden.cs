using System.IO.Compression;
using System.Text.Json;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Tests;

/// <summary>Reference numbers of PyTorch and diffusers, and how far from them a result is.</summary>
internal static class Golden
{
    public static JsonElement[] Read(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "goldens", name)));
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    public static JsonElement[] Cases(string className)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "goldens", "schedulers", className + ".json.gz"));
        using var document = JsonDocument.Parse(new GZipStream(file, CompressionMode.Decompress));
        return [.. document.RootElement.GetProperty("cases").Clone().EnumerateArray()];
    }

    // diffusers repeats the levels of two-stage methods.
    public static float[] Distinct(float[] levels) => [.. levels.Where((level, i) => i == 0 || level != levels[i - 1])];

    public static bool Flows(this SamplingPlan plan) => plan.Steps[0].From is var first && Math.Abs(first.Alpha + first.Sigma - 1) < 1e-6;

    public static TheoryData<int> Rows(string name) => [.. Enumerable.Range(0, Read(name).Length)];

    public static float[] Floats(this JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetSingle())];

    public static double[] Doubles(this JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetDouble())];

    // max|a − b| / max(1, max|b|)
    public static double Error(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        actual.Length.ShouldBe(expected.Length);
        double worst = 0, largest = 1;
        for (var i = 0; i < actual.Length; i++)
        {
            float.IsFinite(actual[i]).ShouldBeTrue();
            worst = Math.Max(worst, Math.Abs((double)actual[i] - expected[i]));
            largest = Math.Max(largest, Math.Abs(expected[i]));
        }

        return worst / largest;
    }
}
