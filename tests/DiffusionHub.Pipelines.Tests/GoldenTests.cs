using System.Text.Json;
using DiffusionHub.Cli.Commands.Verify.Kinds.Pipelines;

namespace DiffusionHub.Pipelines.Tests;

/// <summary>Whole runs against diffusers (see tests/Shared/models/README.md).</summary>
public sealed class GoldenTests
{
    // Rounded weights move these; the others have the original's weights in all that is compared.
    private static readonly string[] Rounded = ["sd15-img2img", "sd15-img2img-euler-a", "sd15-img2img-heun", "sd15-inpaint-4-channels", "sd15-lcm"];

    public static TheoryData<string> Cases =>
        [.. Directory.EnumerateDirectories(TestModels.Case()).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_run_is_that_of_diffusers(string name)
    {
        var golden = JsonSerializer.Deserialize<PipelineCase>(File.ReadAllBytes(TestModels.Case(name, "case.json")), JsonSerializerOptions.Web)!;
        using var pipeline = TestModels.Load(golden.Model);
        var request = CaseRequests.Of(golden, pipeline.Description, file => TestModels.Case(name, file), TestModels.At);
        var latents = new List<float>();
        float[] handedOver = [];
        var batch = pipeline.Run(request, (in StepProgress step) =>
        {
            latents.AddRange(step.Latents);
            handedOver = step.Refining ? handedOver : step.Latents.ToArray();
        });

        golden.Expected.ShouldNotBeEmpty();
        foreach (var (part, expected) in golden.Expected)
        {
            var error = TestFiles.Error(part switch { "image" => batch.Values, "latents" => latents.ToArray(), _ => handedOver }, NumpyFile.Read(TestModels.Case(name, expected.File)));
            TestContext.Current.TestOutputHelper?.WriteLine($"{part} {error:E1}");
            error.ShouldBeLessThan(Exact(name, part) ? 1e-5 : expected.MaxAbs, part);
        }
    }

    private static bool Exact(string name, string part) => part == "latents" && !name.StartsWith("sdxl", StringComparison.Ordinal) && !Rounded.Contains(name);
}
