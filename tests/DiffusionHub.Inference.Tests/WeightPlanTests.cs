using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests;

public sealed class WeightPlanTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-plan-");

    private string File => Path.Combine(folder.FullName, "model.safetensors");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("sd15", 859_520_964)]
    [InlineData("sdxl", 2_567_463_684)]
    public void A_published_UNet_has_as_many_parameters_as_published(string config, long parameters)
    {
        using var plan = new WeightPlan(File, WeightType.Float16);
        UnetGraph.Write(UnetConfig.Read(TestFiles.Path("configs", config + ".json")), plan);
        plan.Parameters.ShouldBe(parameters);
    }

    [Theory]
    [InlineData(WeightType.Float32)]
    [InlineData(WeightType.Float16)]
    public void A_planned_file_loads_and_runs(WeightType type)
    {
        Plan(type);
        using var graph = Load(File);
        Run(graph).ShouldAllBe(v => float.IsFinite(v));
    }

    // As download tools keep them: a folder of links to files named by their hashes.
    [Fact]
    public void Weights_behind_a_link_are_found()
    {
        Plan(WeightType.Float16);
        var links = folder.CreateSubdirectory("links");
        var link = Path.Combine(links.FullName, "weights.safetensors");
        System.IO.File.CreateSymbolicLink(link, File);
        using var graph = Load(link);
        using var direct = Load(File);
        Run(graph).ShouldBe(Run(direct));
    }

    private static AutoencoderKlConfig Config => AutoencoderKlConfig.Read(Path.Combine(TestFiles.Sprout, "vae", "config.json"));

    private void Plan(WeightType type)
    {
        using var plan = new WeightPlan(File, type);
        AutoencoderKlGraphs.Decoder(Config, plan);
        plan.Write();
    }

    private static Graph Load(string path)
    {
        using var weights = WeightSet.Open(path);
        return Graph.Load(AutoencoderKlGraphs.Decoder(Config, weights));
    }

    private static float[] Run(Graph graph)
    {
        using var latents = GraphTensor.Rent<float>(1, 8, 2, 2);
        using var picture = GraphTensor.Rent<float>(1, 3, 16, 16);
        latents.Values.Fill(0.5f);
        picture.Values.Fill(float.NaN);
        graph.Run([("latent_sample", latents)], [("sample", picture)]);
        return picture.Values.ToArray();
    }
}
