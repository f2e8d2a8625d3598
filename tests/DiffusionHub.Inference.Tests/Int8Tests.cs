using DiffusionHub.Inference.Devices;
using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Tests.Adapters;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests;

/// <summary>Linear layers as products of 8-bit integers.</summary>
public sealed class Int8Tests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-int8-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(WeightType.Float32)]
    [InlineData(WeightType.Float16)]
    [InlineData(WeightType.BFloat16)]
    public void A_row_is_rounded_with_a_scale_of_its_own_and_comes_out_as_a_column(WeightType type)
    {
        var path = Path.Combine(folder.FullName, "weights.safetensors");
        TestWeights.Write(path, new Dictionary<string, TestTensor> { ["w"] = new([3, 2], [1, -2, 0, 0, 0.5f, 0.25f]) }, type);
        using var file = SafetensorsFile.Open(path);
        var (numbers, scales) = Int8Rounding.Transposed(file, file.Header.Tensors["w"]);
        using (numbers)
        {
            var values = new sbyte[6];
            numbers.ReadArray(0, values, 0, values.Length);
            values.ShouldBe([64, 0, 127, -127, 0, 64]);
        }

        scales.ShouldBe([2 / 127f, 0, 0.5f / 127]);
    }

    [Fact]
    public void A_UNet_gives_nearly_the_numbers_of_the_original_and_not_the_same_ones()
    {
        using var expected = TestFiles.Npy("unet", "output.npy");
        using var actual = Run(Unet(GraphDialect.Int8));
        TestFiles.Error(actual, expected).ShouldBeInRange(1e-5, 0.05);
    }

    [Fact]
    public void Only_layers_of_transformers_are_rounded()
    {
        var graph = Unet(GraphDialect.Int8);
        var rounded = graph.Tape.ShouldNotBeNull().Nodes.Where(n => n.Type == "DynamicQuantizeMatMul").Select(n => n.Inputs[1]).ToList();
        rounded.ShouldNotBeEmpty();
        rounded.ShouldAllBe(name => name.Contains(".attentions.") && name.EndsWith(".weight:int8"));
        graph.Initializers.Where(i => i.File is null).Select(i => i.Name).ShouldBe(rounded);
    }

    [Fact]
    public void A_device_without_such_products_is_refused_by_name()
    {
        var refusal = Should.Throw<InferenceException>(() => GraphDialect.Of(Device.Of("cuda:1"), Precision.Int8)).Message;
        refusal.ShouldContain("cuda:1");
        refusal.ShouldContain("int8");
    }

    private static WrittenGraph Unet(GraphDialect dialect)
    {
        var weights = WeightSet.Open(TestFiles.Path("unet", "diffusion_pytorch_model.safetensors"));
        return UnetGraph.Write(UnetConfig.Read(TestFiles.Path("unet", "config.json")), weights, new UnetGraphOptions { Dialect = dialect });
    }

    private static GraphTensor<float> Run(WrittenGraph written)
    {
        using var graph = Graph.Load(written);
        using var sample = TestFiles.Npy("unet", "sample.npy");
        using var timestep = TestFiles.Npy("unet", "timestep.npy");
        using var context = TestFiles.Npy("unet", "encoder_hidden_states.npy");
        var result = GraphTensor.Rent<float>([.. sample.Shape]);
        graph.Run([("sample", sample), ("timestep", timestep), ("encoder_hidden_states", context)], [("out_sample", result)]);
        return result;
    }
}
