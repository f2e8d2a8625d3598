using System.Text.Json;
using System.Text.Json.Nodes;
using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Tests.Adapters;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Formula;

/// <summary>A model of the goldens whose weights are computed from their names (see goldens/README.md), and inputs that are.</summary>
internal sealed class FormulaModel : IDisposable
{
    private const double Limit = 5e-6;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-formula-");
    private readonly string[] model;

    /// <param name="model">Its folder in the goldens.</param>
    public FormulaModel(params string[] model)
        : this(model, [])
    {
    }

    /// <param name="model">Its folder in the goldens.</param>
    /// <param name="others">Parameters beside the model's own.</param>
    public FormulaModel(string[] model, IEnumerable<KeyValuePair<string, long[]>> others)
    {
        this.model = model;
        var shapes = JsonSerializer.Deserialize<Dictionary<string, long[]>>(File.ReadAllText(TestFiles.Path([.. model, "shapes.json"])))!.Concat(others);
        TestWeights.Write(Weights, shapes.ToDictionary(s => s.Key, s => new TestTensor(s.Value, Parameter(s.Key, s.Value)), StringComparer.Ordinal));
        File.Copy(TestFiles.Path([.. model, "config.json"]), Config);
    }

    public string Config => Path.Combine(folder.FullName, "config.json");

    public string Weights => Path.Combine(folder.FullName, "weights.safetensors");

    /// <summary>Numbers from −1 to 1.</summary>
    public static GraphTensor<float> Input(string name, params long[] shape)
    {
        var tensor = GraphTensor.Rent<float>(shape);
        for (var i = 0; i < tensor.Values.Length; i++)
        {
            tensor.Values[i] = (float)((Number(name, i) - 0.5) * 2);
        }

        return tensor;
    }

    public static GraphTensor<T> Values<T>(T[] values, params long[] shape)
        where T : unmanaged
    {
        var tensor = GraphTensor.Rent<T>(shape);
        values.CopyTo(tensor.Values);
        return tensor;
    }

    public Graph Load(Func<string, WeightSet, WrittenGraph> write)
    {
        using var weights = WeightSet.Open(Weights);
        return Graph.Load(write(Config, weights));
    }

    /// <summary>Writes the graph, runs it, and compares its output with the golden of that name.</summary>
    public void Check(Func<string, WeightSet, WrittenGraph> write, IReadOnlyList<(string Name, GraphTensor Value)> inputs, string output, string golden)
    {
        using var graph = Load(write);
        graph.Inputs.Keys.ShouldBe(inputs.Select(i => i.Name));
        graph.Outputs.Keys.ShouldBe([output]);
        using var expected = TestFiles.Npy([.. model, golden + ".npy"]);
        using var actual = GraphTensor.Rent<float>([.. expected.Shape]);
        graph.Run(inputs, [(output, actual)]);
        TestFiles.Error(actual, expected).ShouldBeLessThan(Limit);
        foreach (var (_, value) in inputs)
        {
            value.Dispose();
        }
    }

    public void Change(string key, string value)
    {
        var config = JsonNode.Parse(File.ReadAllText(Config))!;
        config[key] = JsonNode.Parse(value);
        File.WriteAllText(Config, config.ToJsonString());
    }

    /// <summary>The config with that member is refused, naming it, the file, and <paramref name="says"/>.</summary>
    public void IsRefused(Func<string, object> read, string key, string value, params IEnumerable<string> says)
    {
        Change(key, value);
        var message = Should.Throw<ModelFileException>(() => read(Config)).Message;
        says.Append(Config).Append(key).ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    public void Dispose() => folder.Delete(recursive: true);

    public static float[] Parameter(string name, long[] shape)
    {
        var count = shape.Aggregate(1L, (product, side) => product * side);
        Func<double, double> map = shape.Length > 1 ? Spread(24.0 / (count / shape[0])) : name.EndsWith("weight", StringComparison.Ordinal) ? u => 1 + ((u - 0.5) * 0.4) : u => (u - 0.5) * 0.4;

        if (name.EndsWith("running_var", StringComparison.Ordinal))
        {
            return [.. Enumerable.Range(0, (int)count).Select(i => (float)(4 + ((Number(name, i) - 0.5) * 0.4)))];
        }

        // What comes out of a depth estimator is cut off at 0: not for all pixels, please.
        return name == "head.head.4.bias" ? [2] : [.. Enumerable.Range(0, (int)count).Select(i => (float)map(Number(name, i)))];
    }

    private static Func<double, double> Spread(double square) => u => (u - 0.5) * Math.Sqrt(square);

    private static double Number(string name, long at)
    {
        long seed = name.Select((letter, i) => letter * (i + 1)).Sum();
        return ((31 * at * at) + (7 * at) + seed) % 65521 / 65521.0;
    }
}
