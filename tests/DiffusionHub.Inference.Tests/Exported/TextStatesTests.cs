using DiffusionHub.Inference.Exported;
using DiffusionHub.Inference.Exported.Onnx;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Tests.Adapters;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Exported;

public sealed class TextStatesTests : IDisposable
{
    private const double Limit = 5e-6;
    private static readonly string Exported = TestFiles.Path("exported", "text.onnx");
    private readonly TestModel model = new();

    public void Dispose() => model.Dispose();

    [Fact]
    public void An_exported_text_encoder_gives_what_the_written_one_gives()
    {
        using var weights = WeightSet.Open(TestFiles.Path("text", "model.safetensors"));
        using var written = Graph.Load(ClipTextGraph.Write(ClipTextConfig.Read(TestFiles.Path("text", "config.json")), weights));
        using var exported = Graph.LoadExported(Exported, GraphRole.TextEncoder);
        foreach (var output in written.Outputs.Keys)
        {
            using var expected = Run(written, output);
            using var actual = Run(exported, output);
            TestFiles.Error(actual, expected).ShouldBeLessThan(Limit, output);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void States_after_the_last_normalisation_are_added_and_states_that_the_exporter_left_out(bool whole)
    {
        if (!whole)
        {
            WithoutStates();
        }

        using var graph = Graph.LoadExported(whole ? Exported : model.Path, GraphRole.TextEncoder);
        graph.Outputs.Keys.Order(StringComparer.Ordinal).ShouldBe(
            [.. Enumerable.Range(0, 5).Select(i => $"hidden_states.{i}"), "last_hidden_state", .. Enumerable.Range(0, 5).Select(i => $"normal_states.{i}"), "text_embeds"]);
        using var original = Graph.Load(Exported);
        var weights = TestWeights.Read(TestFiles.Path("text", "model.safetensors"));
        for (var i = 0; i < 5; i++)
        {
            using var hidden = Run(graph, $"hidden_states.{i}");
            using var expected = Run(original, $"hidden_states.{i}");
            hidden.Values.SequenceEqual(expected.Values).ShouldBeTrue();
            using var normal = Run(graph, $"normal_states.{i}");
            Normalise(expected, weights["text_model.final_layer_norm.weight"].Values, weights["text_model.final_layer_norm.bias"].Values);
            TestFiles.Error(normal, expected).ShouldBeLessThan(Limit);
        }

        using var last = Run(graph, "last_hidden_state");
        using var lastNormal = Run(graph, "normal_states.4");
        TestFiles.Error(lastNormal, last).ShouldBeLessThan(Limit);
    }

    // Operator sets before 17 have no layer normalisation: exporters wrote its steps. The last one's names may be lost.
    [Theory]
    [InlineData(OnnxType.Float, "text_model.final_layer_norm")]
    [InlineData(OnnxType.Float, "onnx")]
    [InlineData(OnnxType.Float16, "text_model.final_layer_norm")]
    public void Normalisations_in_single_steps_are_found(object type, string last)
    {
        Steps((OnnxType)type, last);
        model.Write(opset: 14);
        using var graph = Graph.LoadExported(model.Path, GraphRole.TextEncoder);
        graph.Outputs.Keys.ShouldBe(["last_hidden_state", "hidden_states.0", "hidden_states.1", "normal_states.0", "normal_states.1"]);
        using var first = Run(graph, "hidden_states.0", 4);
        using var second = Run(graph, "hidden_states.1", 4);
        using var normal = Run(graph, "normal_states.0", 4);
        var limit = (OnnxType)type == OnnxType.Float ? 1e-6 : 5e-3;
        Normalise(first, [1, 2, 3, 4], [0.5f, 0, 0, 1]);
        TestFiles.Error(normal, first).ShouldBeLessThan(limit);
        using var lastState = Run(graph, "last_hidden_state", 4);
        Normalise(second, [1, 2, 3, 4], [0.5f, 0, 0, 1]);
        TestFiles.Error(lastState, second).ShouldBeLessThan(limit);
    }

    [Fact]
    public void What_cannot_be_found_is_left_out()
    {
        model.Graph.Input("input_ids", OnnxType.Int32, ["batch", "tokens"]);
        model.Graph.Output("last_hidden_state", OnnxType.Float, ["batch", "tokens", 4]);
        model.Graph.Constant<float>("table", OnnxType.Float, new float[4000], [1000, 4]);
        model.Node("Gather", ["table", "input_ids"], ["last_hidden_state"]);
        model.Write();
        using var graph = Graph.LoadExported(model.Path, GraphRole.TextEncoder);
        graph.Outputs.Keys.ShouldBe(["last_hidden_state"]);
        using var zeros = Run(graph, "last_hidden_state", 4);
        zeros.Values.ToArray().ShouldAllBe(v => v == 0);
    }

    // The exported file as the first scripts would have written it.
    private void WithoutStates()
    {
        using var whole = OnnxModel.Open(Exported);
        for (var reader = new ProtoReader(whole[whole.Graph], whole.Graph.Start); reader.Next();)
        {
            if (reader.Field != 12 || !System.Text.Encoding.UTF8.GetString(reader.Bytes).Contains("hidden_states", StringComparison.Ordinal))
            {
                model.Graph.Copy(reader.Whole);
            }
        }

        model.Write();
    }

    private void Steps(OnnxType type, string last)
    {
        model.Graph.Input("input_ids", OnnxType.Int32, ["batch", "tokens"]);
        model.Graph.Output("last_hidden_state", type, ["batch", "tokens", 4]);
        Constant("table", [.. Enumerable.Range(0, 4000).Select(i => MathF.Sin(i * i))], [1000, 4]);
        model.Node("Gather", ["table", "input_ids"], ["x0"]);
        Norm("x0", "text_model.encoder.layers.0.layer_norm1", "n0");
        model.Node("Add", ["x0", "n0"], ["x1"]);
        Norm("x1", last, "last_hidden_state");

        void Norm(string x, string name, string y)
        {
            Constant(name + ".weight", [1, 2, 3, 4], [4]);
            Constant(name + ".bias", [0.5f, 0, 0, 1], [4]);
            Constant(y + "two", [2], []);
            Constant(y + "epsilon", [1e-5f], []);
            model.Node("ReduceMean", [x], [y + "mean"], new OnnxAttribute("axes", new[] { -1L }));
            model.Node("Sub", [x, y + "mean"], [y + "centred"]);
            model.Node("Pow", [y + "centred", y + "two"], [y + "square"]);
            model.Node("ReduceMean", [y + "square"], [y + "variance"], new OnnxAttribute("axes", new[] { -1L }));
            model.Node("Add", [y + "variance", y + "epsilon"], [y + "more"]);
            model.Node("Sqrt", [y + "more"], [y + "deviation"]);
            model.Node("Div", [y + "centred", y + "deviation"], [y + "normal"]);
            model.Node("Mul", [y + "normal", name + ".weight"], [y + "scaled"]);
            model.Node("Add", [y + "scaled", name + ".bias"], [y]);
        }

        void Constant(string name, float[] values, long[] shape)
        {
            if (type == OnnxType.Float16)
            {
                model.Graph.Constant<Half>(name, type, Array.ConvertAll(values, v => (Half)v), shape);
            }
            else
            {
                model.Graph.Constant<float>(name, type, values, shape);
            }
        }
    }

    // (x − mean)/√(variance + 10⁻⁵)·weight + bias, in place.
    private static void Normalise(GraphTensor<float> x, float[] weight, float[] bias)
    {
        for (var at = 0; at < x.Values.Length; at += weight.Length)
        {
            var row = x.Values.Slice(at, weight.Length);
            var values = row.ToArray();
            var mean = values.Average(v => (double)v);
            var deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)) + 1e-5);
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = (float)(((row[i] - mean) / deviation * weight[i]) + bias[i]);
            }
        }
    }

    private static GraphTensor<float> Run(Graph graph, string output, int width = 40)
    {
        using var ids = GraphTensor.Rent<long>(2, 77);
        for (var i = 0; i < ids.Values.Length; i++)
        {
            ids.Values[i] = i % 77 == 0 ? 661 : i % 77 > 5 + (20 * (i / 77)) ? 662 : ((37 * i * i) + 11) % 661;
        }

        var tensor = output == "text_embeds" ? GraphTensor.Rent<float>(2, width) : GraphTensor.Rent<float>(2, 77, width);
        tensor.Values.Fill(float.NaN);
        graph.Run([("input_ids", ids)], [(output, tensor)]);
        return tensor;
    }
}
