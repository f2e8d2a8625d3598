using DiffusionHub.Inference.Exported;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Tests.Exported;

public sealed class OperatorTests
{
    [Theory]
    [InlineData("NhwcConv", "1,8,8,4", "4,3,3,4", "4")]
    [InlineData("GroupNorm", "1,8,8,32", "32", "32")]
    [InlineData("SkipGroupNorm", "1,8,8,32", "32", "32", "1,8,8,32")]
    [InlineData("BiasSplitGelu", "1,8,2560", "2560")]
    [InlineData("BiasAdd", "1,8,320", "320", "1,8,320")]
    [InlineData("GemmFastGelu", "8,8", "8,8")]
    [InlineData("GemmFloat8", "8,8", "8,8")]
    public void What_is_refused_is_not_there_indeed(string type, params string[] inputs)
    {
        Operators.OtherDevices.ShouldContain(type);
        using var model = Model(type, inputs).Write();
        Should.Throw<InferenceException>(() => Graph.Load(model.Path)).Message.ShouldContain("Could not find an implementation");
        var message = Should.Throw<ModelFileException>(() => Graph.LoadExported(model.Path, GraphRole.VaeDecoder)).Message;
        new[] { type, model.Path, "CUDA" }.ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    [Theory]
    [InlineData("MultiHeadAttention", "1,8,64", "1,8,64", "1,8,64")]
    [InlineData("SkipLayerNormalization", "1,8,64", "1,8,64", "64", "64")]
    [InlineData("BiasGelu", "1,8,64", "64")]
    [InlineData("QuickGelu", "1,8,64")]
    [InlineData("FastGelu", "1,8,64")]
    [InlineData("FusedMatMul", "8,8", "8,8")]
    [InlineData("FusedConv", "1,4,8,8", "4,4,3,3", "4")]
    public void What_is_not_refused_is_there(string type, params string[] inputs)
    {
        Operators.OtherDevices.ShouldNotContain(type);
        using var model = Model(type, inputs).Write();
        Graph.Load(model.Path).Dispose();
    }

    // The runtime loads these, and fails when it runs them.
    [Theory]
    [InlineData("1,8,4,3,16")]
    [InlineData("1,8,64", "1,8,4,2,16")]
    public void Attention_over_packed_tensors_is_refused(params string[] inputs)
    {
        using var model = Model("MultiHeadAttention", inputs).Write();
        Should.Throw<ModelFileException>(() => Graph.LoadExported(model.Path, GraphRole.VaeDecoder)).Message.ShouldContain("MultiHeadAttention (packed)");
        using var graph = Graph.Load(model.Path);
        var given = inputs.Select((shape, i) => ($"x{i}", (GraphTensor)Filled(shape))).ToList();
        using var output = GraphTensor.Rent<float>(1, 8, 64);
        Should.Throw<InferenceException>(() => graph.Run(given, [("y", output)]));
    }

    [Fact]
    public void Operators_of_unknown_makers_are_refused_but_not_functions_that_the_model_brings_along()
    {
        using var model = TestModel.Unet();
        model.Graph.Node("odd", "Odd", "their.domain", ["sample"], ["odd"], []);
        var bytes = model.Bytes();
        File.WriteAllBytes(model.Path, bytes);
        Should.Throw<ModelFileException>(() => Graph.LoadExported(model.Path, GraphRole.Unet)).Message.ShouldContain("their.domain.Odd");

        var rest = new ProtoWriter();
        OnnxGraphWriter.OperatorSet(rest, "their.domain", 1);
        rest.Message(25, function =>
        {
            function.Text(1, "Odd");
            function.Text(4, "x");
            function.Text(5, "y");
            function.Message(7, node =>
            {
                node.Text(1, "x");
                node.Text(2, "y");
                node.Text(4, "Neg");
            });
            function.Message(9, set => set.Number(2, 18));
            function.Text(10, "their.domain");
        });
        File.WriteAllBytes(model.Path, [.. bytes, .. rest.Written]);
        Graph.LoadExported(model.Path, GraphRole.Unet).Dispose();
    }

    private static GraphTensor<float> Filled(string shape)
    {
        var tensor = GraphTensor.Rent<float>([.. shape.Split(',').Select(long.Parse)]);
        tensor.Values.Fill(0.5f);
        return tensor;
    }

    private static TestModel Model(string type, string[] inputs)
    {
        var model = new TestModel();
        for (var i = 0; i < inputs.Length; i++)
        {
            model.Graph.Input($"x{i}", OnnxType.Float, [.. inputs[i].Split(',').Select(side => (OnnxDimension)long.Parse(side))]);
        }

        OnnxAttribute[] attributes = type switch
        {
            "MultiHeadAttention" => [new("num_heads", 4L)],
            "GroupNorm" or "SkipGroupNorm" => [new("groups", 32L), new("activation", 0L)],
            _ => [],
        };
        model.Graph.Node("n", type, OnnxGraphWriter.Microsoft, [.. inputs.Select((_, i) => $"x{i}")], ["y"], attributes);
        var rank = type == "MultiHeadAttention" ? 3 : inputs[0].Split(',').Length;
        model.Graph.Output("y", OnnxType.Float, [.. Enumerable.Range(0, rank).Select(i => (OnnxDimension)$"d{i}")]);
        return model;
    }
}
