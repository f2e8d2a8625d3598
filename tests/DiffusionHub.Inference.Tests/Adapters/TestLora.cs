using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Adapters;

/// <summary>One layer of a LoRA in a test.</summary>
/// <param name="Layer">Path in the module, with dots.</param>
/// <param name="Up">(O, r, …).</param>
/// <param name="Down">(r, I, …).</param>
/// <param name="Middle">(r, r, k, k) or null.</param>
/// <param name="Alpha">Or null.</param>
internal sealed record TestLora(string Layer, TestTensor Up, TestTensor Down, TestTensor? Middle, float? Alpha)
{
    /// <summary>What is to be added to a weight at full strength, by the definition, in float64: (O, I, k, k).</summary>
    public double[] Delta(WeightType type)
    {
        var (o, r, i) = ((int)Up.Shape[0], (int)Up.Shape[1], (int)Down.Shape[1]);
        var k = (int)(Middle ?? Down).Shape.Skip(2).Aggregate(1L, (p, s) => p * s);
        var delta = new double[o * i * k];
        for (var at = 0; at < delta.Length; at++)
        {
            var (row, column, pixel) = (at / (i * k), at / k % i, at % k);
            for (var a = 0; a < r; a++)
            {
                delta[at] += S(Up, (row * r) + a) * (Middle is null ? S(Down, (((a * i) + column) * k) + pixel) : Inner(a, column, pixel));
            }

            delta[at] *= (Alpha ?? Down.Shape[0]) / (double)Down.Shape[0];
        }

        return delta;

        double S(TestTensor tensor, int index) => TestWeights.Stored(tensor.Values[index], type);
        double Inner(int a, int column, int pixel)
        {
            var (sum, ranks) = (0.0, (int)Down.Shape[0]);
            for (var b = 0; b < ranks; b++)
            {
                sum += S(Middle!, (((a * ranks) + b) * k) + pixel) * S(Down, (b * i) + column);
            }

            return sum;
        }
    }

    /// <summary>Its tensors under the names of kohya's scripts.</summary>
    public IEnumerable<KeyValuePair<string, TestTensor>> Kohya(string prefix, string? layer = null)
    {
        var stem = prefix + (layer ?? Layer).Replace('.', '_');
        yield return new($"{stem}.lora_up.weight", Up);
        yield return new($"{stem}.lora_down.weight", Down);
        if (Middle is not null)
        {
            yield return new($"{stem}.lora_mid.weight", Middle);
        }

        if (Alpha is { } alpha)
        {
            yield return new($"{stem}.alpha", new TestTensor([], [alpha]));
        }
    }

    /// <summary>Its tensors under names that keep the dots.</summary>
    public IEnumerable<KeyValuePair<string, TestTensor>> Dotted(string prefix, string up, string down, Func<string, string>? rename = null)
    {
        var stem = prefix + (rename?.Invoke(Layer) ?? Layer);
        yield return new(stem + up, Up);
        yield return new(stem + down, Down);
    }
}
