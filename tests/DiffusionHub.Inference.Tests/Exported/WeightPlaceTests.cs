using System.Runtime.InteropServices;
using DiffusionHub.Inference.Exported;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Tests.Exported;

/// <summary>Weights in the model's file, beside it, in a folder of their own, behind links, and at odd places.</summary>
public sealed class WeightPlaceTests : IDisposable
{
    private const int Side = 40;
    private static readonly float[] Weights = [.. Enumerable.Range(0, Side * Side).Select(i => MathF.Sin(i))];
    private readonly TestModel model = new();

    public void Dispose() => model.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("xy")]
    [InlineData("xyz")]
    public void Weights_in_the_models_own_file_need_not_be_at_even_places(string padding)
    {
        model.Graph.Constant<float>(padding + "weight", OnnxType.Float, Weights, [Side, Side]);
        Check(padding + "weight");
    }

    [Theory]
    [InlineData("weights.bin", 0)]
    [InlineData("weights.bin", 3)]
    [InlineData("data/weights.bin", 4096)]
    public void Weights_in_other_files_are_found(string file, int offset)
    {
        var path = Path.Combine(model.Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, [.. new byte[offset], .. MemoryMarshal.AsBytes<float>(Weights)]);
        model.Graph.External("weight", OnnxType.Float, [Side, Side], file, offset, Side * Side * 4);
        Check("weight");
    }

    // As download tools keep them: folders of links to files named by their hashes.
    [Fact]
    public void Weights_behind_links_are_found()
    {
        var blobs = Directory.CreateDirectory(Path.Combine(model.Folder, "blobs"));
        var snapshot = Directory.CreateDirectory(Path.Combine(model.Folder, "snapshots", "unet"));
        File.WriteAllBytes(Path.Combine(blobs.FullName, "b1"), MemoryMarshal.AsBytes<float>(Weights).ToArray());
        File.CreateSymbolicLink(Path.Combine(snapshot.FullName, "model.onnx_data"), "../../blobs/b1");
        File.CreateSymbolicLink(Path.Combine(snapshot.FullName, "model.onnx"), "../../blobs/b2");
        model.Graph.External("weight", OnnxType.Float, [Side, Side], "model.onnx_data", 0, Side * Side * 4);
        Nodes("weight");
        File.WriteAllBytes(Path.Combine(blobs.FullName, "b2"), model.Bytes());
        Check("weight", Path.Combine(snapshot.FullName, "model.onnx"));
    }

    // The first exporters listed every constant as an input that may be given.
    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    public void Constants_that_are_inputs_as_well_are_not_asked_for(int ir)
    {
        model.Graph.Constant<float>("weight", OnnxType.Float, Weights, [Side, Side]);
        model.Graph.Input("weight", OnnxType.Float, [Side, Side]);
        Check("weight", ir: ir);
    }

    private void Nodes(string weight)
    {
        model.Graph.Input("latent_sample", OnnxType.Float, ["batch", 4, "height", Side]);
        model.Graph.Output("sample", OnnxType.Float, ["batch", 4, "height", Side]);
        model.Node("MatMul", ["latent_sample", weight], ["sample"]);
    }

    private void Check(string weight, string? path = null, int ir = 8)
    {
        if (path is null)
        {
            Nodes(weight);
            model.Write(ir: ir);
        }

        using var graph = Graph.LoadExported(path ?? model.Path, GraphRole.VaeDecoder);
        graph.Inputs.Keys.ShouldBe(["latent_sample"]);
        using var input = GraphTensor.Rent<float>(1, 4, 1, Side);
        using var output = GraphTensor.Rent<float>(1, 4, 1, Side);
        input.Values.Clear();
        input.Values[7] = 2;
        graph.Run([("latent_sample", input)], [("sample", output)]);
        for (var i = 0; i < Side; i++)
        {
            output.Values[i].ShouldBe(2 * Weights[(7 * Side) + i]);
        }
    }
}
