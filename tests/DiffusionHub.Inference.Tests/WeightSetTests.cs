using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Tests.Adapters;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests;

public sealed class WeightSetTests : IDisposable
{
    private const string IndexName = "diffusion_pytorch_model.safetensors.index.json";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-set-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Weights_in_parts_are_one_model()
    {
        var tensors = TestWeights.Read(TestFiles.Path("unet", "diffusion_pytorch_model.safetensors"));
        Parts(tensors);
        using var whole = WeightSet.Open(TestFiles.Path("unet", "diffusion_pytorch_model.safetensors"));
        using var parts = WeightSet.Open(At(IndexName));
        parts.Files.Count.ShouldBe(2);
        Run(parts).ShouldBe(Run(whole));
    }

    [Theory]
    [InlineData("{}", "weight_map")]
    [InlineData("[1]", "weight_map")]
    [InlineData("{\"weight_map\":[]}", "weight_map")]
    [InlineData("{\"weight_map\":{}}", "weight_map")]
    [InlineData("{\"weight_map\":{\"a\":1}}", "weight_map")]
    [InlineData("{\"weight_map\":{\"a\":", "weight_map")]
    [InlineData("{\"weight_map\":{\"a\":null}}", "same folder", "“a”")]
    [InlineData("{\"weight_map\":{\"a\":\"../1.safetensors\"}}", "same folder", "../1.safetensors")]
    [InlineData("{\"weight_map\":{\"a\":\"sub\\\\1.safetensors\"}}", "same folder", "sub")]
    [InlineData("{\"weight_map\":{\"a\":\"1.bin\"}}", "same folder", "1.bin")]
    [InlineData("{\"weight_map\":{\"a\":\"2.safetensors\"}}", "2.safetensors", "not beside it")]
    [InlineData("{\"weight_map\":{\"b\":\"1.safetensors\"}}", "“b”", "1.safetensors", "not there")]
    public void An_index_that_lies_is_refused(string index, params string[] says)
    {
        TestWeights.Write(At("1.safetensors"), new Dictionary<string, TestTensor> { ["a"] = TestTensor.Random(1, 2) });
        File.WriteAllText(At(IndexName), index);
        var message = Should.Throw<ModelFileException>(() => WeightSet.Open(At(IndexName))).Message;
        says.Append(At(IndexName)).ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    [Fact]
    public void A_missing_index_and_a_damaged_part_are_named()
    {
        Should.Throw<ModelFileException>(() => WeightSet.Open(At(IndexName))).Message.ShouldContain(IndexName);
        File.WriteAllText(At(IndexName), "{\"weight_map\":{\"a\":\"1.safetensors\"}}");
        File.WriteAllText(At("1.safetensors"), "nothing");
        Should.Throw<ModelFileException>(() => WeightSet.Open(At(IndexName))).Message.ShouldContain("1.safetensors");
    }

    [Theory]
    [InlineData(WeightType.Float32, float.NaN)]
    [InlineData(WeightType.Float32, float.NegativeInfinity)]
    [InlineData(WeightType.Float16, float.NaN)]
    [InlineData(WeightType.Float16, float.PositiveInfinity)]
    [InlineData(WeightType.BFloat16, float.NegativeInfinity)]
    public void Numbers_that_are_none_are_counted_and_their_tensor_is_named(WeightType type, float bad)
    {
        // Wherever they are: in a vector of the processor, after the last one, in the second stretch that is read.
        const int length = (5 << 20) + 3;
        var tensors = new Dictionary<string, TestTensor> { ["sound"] = new([3], [65504, -65504, 0]), ["odd"] = new([1], [1]), ["sick"] = new([length], new float[length]) };
        TestWeights.Write(At("weights.safetensors"), tensors, type);
        using (var sound = WeightSet.Open(At("weights.safetensors")))
        {
            sound.CheckFinite();
        }

        foreach (var place in new[] { 0, 9, (5 << 20) - 77, length - 1 })
        {
            tensors["sick"].Values[place] = bad;
        }

        TestWeights.Write(At("weights.safetensors"), tensors, type);
        using var sick = WeightSet.Open(At("weights.safetensors"));
        var message = Should.Throw<ModelFileException>(() => sick.CheckFinite()).Message;
        new[] { "weights.safetensors", "“sick”", "4 of 5,242,883" }.ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    [Fact]
    public void Parts_whose_links_lead_to_different_folders_or_to_one_file_are_refused_with_the_reason()
    {
        Parts(TestWeights.Read(TestFiles.Path("unet", "diffusion_pytorch_model.safetensors")));
        var (first, second) = (At("model-00001-of-00002.safetensors"), At("model-00002-of-00002.safetensors"));
        folder.CreateSubdirectory("elsewhere");
        File.Move(second, At("elsewhere/2.safetensors"));
        File.CreateSymbolicLink(second, At("elsewhere/2.safetensors"));
        Should.Throw<ModelFileException>(() => WeightSet.Open(At(IndexName))).Message.ShouldContain($"{second} is in {At("elsewhere")}");

        File.Delete(second);
        File.CreateSymbolicLink(second, first);
        using var file = SafetensorsFile.Open(first);
        using var link = SafetensorsFile.Open(second);
        Should.Throw<ModelFileException>(() => new WeightSet(file, link)).Message.ShouldContain("the same file");
    }

    [Fact]
    public void A_graph_that_cannot_be_loaded_keeps_no_file_mapped()
    {
        Parts(TestWeights.Read(TestFiles.Path("unet", "diffusion_pytorch_model.safetensors")));
        using (var parts = WeightSet.Open(At(IndexName)))
        {
            var graph = UnetGraph.Write(UnetConfig.Read(TestFiles.Path("unet", "config.json")), parts);
            graph.Initializers.Select(i => i.File!).Distinct().Last().Dispose();
            Should.Throw<ObjectDisposedException>(() => Graph.Load(graph));
        }

        File.ReadAllText("/proc/self/maps").ShouldNotContain(folder.FullName);
    }

    private static float[] Run(WeightSet weights)
    {
        using var graph = Graph.Load(UnetGraph.Write(UnetConfig.Read(TestFiles.Path("unet", "config.json")), weights));
        using var sample = TestFiles.Npy("unet", "sample.npy");
        using var timestep = TestFiles.Npy("unet", "timestep.npy");
        using var context = TestFiles.Npy("unet", "encoder_hidden_states.npy");
        using var output = GraphTensor.Rent<float>([.. sample.Shape]);
        graph.Run([("sample", sample), ("timestep", timestep), ("encoder_hidden_states", context)], [("out_sample", output)]);
        return output.Values.ToArray();
    }

    private void Parts(Dictionary<string, TestTensor> tensors)
    {
        string[] names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
        var halves = tensors.Chunk((tensors.Count / 2) + 1).Zip(names).ToList();
        halves.ForEach(half => TestWeights.Write(At(half.Second), new Dictionary<string, TestTensor>(half.First)));
        var map = halves.SelectMany(half => half.First.Select(t => $"\"{t.Key}\":\"{half.Second}\""));
        File.WriteAllText(At(IndexName), $$$"""{"metadata":{"total_size":1},"weight_map":{{{{string.Join(',', map)}}}}}""");
    }

    private string At(string name) => Path.Combine(folder.FullName, name);
}
