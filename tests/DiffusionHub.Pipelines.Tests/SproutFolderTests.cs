using DiffusionHub.Inference.Weights;
using DiffusionHub.Pipelines.Evaluation;

namespace DiffusionHub.Pipelines.Tests;

/// <summary>Whatever weights sprout gets: it stays a folder that diffusers and transformers load, and small enough to come with the hub.</summary>
public sealed class SproutFolderTests
{
    private const long MostBytes = 36 * 1024 * 1024;

    private static readonly Dictionary<string, string> Files = new()
    {
        ["unet"] = "unet/diffusion_pytorch_model.safetensors", ["text_encoder"] = "text_encoder/model.safetensors", ["vae"] = "vae/diffusion_pytorch_model.safetensors",
    };

    public static TheoryData<string> Parts => [.. Files.Keys];

    [Theory]
    [MemberData(nameof(Parts))]
    public void Names_and_shapes_of_tensors_stay(string part)
    {
        var header = SafetensorsHeader.Read(TestFiles.Sprout.Folder.File(Files[part]));
        var found = header.Tensors.Values.Select(tensor => $"{part} {tensor.Name} {(tensor.Type == WeightType.Float16 ? "F16" : tensor.Type)} {string.Join('x', tensor.Shape)}");
        var listed = File.ReadLines(TestFiles.Path("sprout", "tensors.txt")).Where(line => line.StartsWith(part + ' ', StringComparison.Ordinal)).ToArray();
        listed.ShouldNotBeEmpty();
        found.Order(StringComparer.Ordinal).ShouldBe(listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Its_evaluator_tells_what_it_learnt_from()
    {
        using var evaluator = Evaluator.Load(Path.Combine(TestFiles.Sprout.Folder.Path, Evaluator.FolderName));
        evaluator.Reference.Captions.Count.ShouldBe(3025);
        evaluator.Reference.Grid.Count.ShouldBe(64);
        evaluator.Reference.Captions.Intersect(["blue cat, fluent style", "apple with sunglasses, fluent style"]).ShouldBeEmpty("the grid asks for them as things that were never seen");
        // "red apple" and "green apple" are nearer to each other than to a rocket.
        var (red, green, rocket) = (evaluator.Read("red apple, fluent style"), evaluator.Read("green apple, fluent style"), evaluator.Read("rocket, fluent style"));
        Dot(red, green).ShouldBeGreaterThan(Dot(red, rocket));

        static float Dot(float[] a, float[] b) => System.Numerics.Tensors.TensorPrimitives.Dot<float>(a, b);
    }

    [Fact]
    public void It_is_small()
    {
        var folder = new DirectoryInfo(TestFiles.Sprout.Folder.Path);
        var kept = folder.EnumerateFiles("*", SearchOption.AllDirectories).Where(file => !file.FullName.Contains("node_modules", StringComparison.Ordinal));
        kept.Sum(file => file.Length).ShouldBeLessThanOrEqualTo(MostBytes);
    }
}
