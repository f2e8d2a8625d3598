using System.Text.Json;

namespace DiffusionHub.Pipelines.Tests;

/// <summary>sprout against what PyTorch made of the same weights, with code that was held against diffusers (models/sprout/training/references.py).</summary>
[Collection(nameof(SproutFixture))]
public sealed class ReferenceTests(SproutFixture sprout)
{
    public static TheoryData<string> Cases =>
        [.. Directory.EnumerateDirectories(TestFiles.Path("expected")).Select(d => System.IO.Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_step_and_the_picture_are_those_of_the_reference(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Path("expected", name, "case.json")));
        var (golden, expected) = (document.RootElement.GetProperty("request"), document.RootElement.GetProperty("expected"));
        var steps = golden.GetProperty("steps").GetInt32();
        var request = SproutFixture.Request(
            golden.GetProperty("prompt").GetString()!,
            steps,
            golden.GetProperty("seed").GetInt64(),
            golden.GetProperty("count").GetInt32(),
            golden.GetProperty("guidance").GetDouble());

        var latents = new List<float>();
        var batch = sprout.Pipeline.Run(request, (in StepProgress progress) => latents.AddRange(progress.Latents));

        var latentError = TestFiles.Error(latents.ToArray(), Read("latents"));
        var imageError = TestFiles.Error(Pixels(batch, document.RootElement.GetProperty("stride").GetInt32()), Read("image"));
        TestContext.Current.TestOutputHelper?.WriteLine($"latents {latentError:E1}, image {imageError:E1}");
        latentError.ShouldBeLessThan(Limit("latents"));
        imageError.ShouldBeLessThan(Limit("image"));
        // Far closer in practice; a case that passes only near its limit hides a mistake.
        latentError.ShouldBeLessThan(5e-5);
        imageError.ShouldBeLessThan(1e-4);

        float[] Read(string part) => TestFiles.Npy(File.ReadAllBytes(TestFiles.Path("expected", name, expected.GetProperty(part).GetProperty("file").GetString()!)));
        double Limit(string part) => expected.GetProperty(part).GetProperty("maxAbs").GetDouble();
    }

    // Every so many rows and columns: whole pictures of floats are large, and an error of the decoder is nowhere alone.
    private static float[] Pixels(PictureBatch batch, int stride)
    {
        const int channels = 3;
        var kept = new List<float>();
        for (var row = 0; row < batch.Count * batch.Height; row += stride)
        {
            for (var column = 0; column < batch.Width; column += stride)
            {
                kept.AddRange(batch.Values.AsSpan(((row * batch.Width) + column) * channels, channels));
            }
        }

        return [.. kept];
    }
}
