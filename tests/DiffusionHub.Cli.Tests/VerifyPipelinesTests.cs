using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace DiffusionHub.Cli.Tests;

/// <summary>The pipelines' reference cases, on the tiny models in tests/Shared.</summary>
public sealed class VerifyPipelinesTests : IDisposable
{
    private readonly Hub hub = new();

    private static string References => Path.Combine(AppContext.BaseDirectory, "references");

    public void Dispose() => hub.Dispose();

    [Fact]
    public async Task Every_reference_passes()
    {
        var cases = Directory.GetDirectories(Path.Combine(References, "pipelines")).Length;
        var run = await hub.RunAsync("verify", References);
        run.Code.ShouldBe(0, run.Output + run.Error);
        run.Output.TrimEnd().ShouldEndWith($"\n{cases} passed, 0 failed");
        cases.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task A_damaged_reference_fails_by_name()
    {
        Copy("sd15");
        var path = hub.At("pipelines/sd15/latents.npy");
        var bytes = await File.ReadAllBytesAsync(path);
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 4), 1000f).ShouldBeTrue();
        await File.WriteAllBytesAsync(path, bytes);
        await FailsAsync("latents");
        await File.WriteAllBytesAsync(path, bytes[..^4]);
        await FailsAsync("latents.npy holds 6140 bytes of values; its shape needs 6144");
        await File.WriteAllBytesAsync(path, bytes[..40]);
        await FailsAsync(path);
        File.Delete(path);
        await FailsAsync(path);
    }

    [Theory]
    [InlineData("seed", "6", "latents")]
    [InlineData("negativePrompt", "\"\"", "latents")]
    [InlineData("width", "60", "width is 60; it must be a multiple of 8.")]
    [InlineData("init", "\"absent.png\"", "absent.png")]
    [InlineData("steps", "\"5\"", "case.json")]
    public async Task A_request_that_is_another_fails(string member, string value, string said)
    {
        Copy("sd15");
        Edit("sd15", json => json["request"]![member] = JsonNode.Parse(value));
        await FailsAsync(said);
    }

    [Fact]
    public async Task A_case_of_a_class_that_is_not_built_yet_is_skipped()
    {
        Copy("sd15");
        Edit("sd15", json => json["pipeline"] = "StableDiffusionSomethingPipeline");
        var run = await hub.RunAsync("verify", ".");
        run.Code.ShouldBe(1, "nothing passed");
        run.Output.ShouldContain("skip");
        run.Output.TrimEnd().ShouldEndWith("\n0 passed, 0 failed, 1 skipped");
    }

    [Fact]
    public async Task A_case_that_compares_nothing_or_a_model_that_is_not_there_fails()
    {
        Copy("sd15");
        Edit("sd15", json => json["expected"] = new JsonObject());
        await FailsAsync("expects nothing");
        Copy("sd15");
        Edit("sd15", json => json["model"] = "absent");
        await FailsAsync(hub.At("models/absent"));
        Copy("sd15");
        Edit("sd15", json => json.AsObject().Remove("request"));
        await FailsAsync("request");
    }

    [Fact]
    public async Task A_case_runs_on_the_exported_model_too_where_it_is_there()
    {
        Copy("sd15");
        Copy("sd15-taesd");
        CopyFolder(Path.Combine(References, "models", "sd15"), hub.At("models-onnx/sd15"));
        var run = await hub.RunAsync("verify", ".", "--json");
        using var json = JsonDocument.Parse(run.Output);
        json.RootElement.GetProperty("cases").EnumerateArray().Select(c => $"{c.GetProperty("id")} {c.GetProperty("result")}")
            .ShouldBe(["pipelines/sd15 ok", "pipelines/sd15@onnx ok", "pipelines/sd15-taesd ok", "pipelines/sd15-taesd@onnx ok"]);
        run = await hub.RunAsync("verify", ".", "--only", "*@onnx", "--limit", "0");
        run.Code.ShouldBe(1);
        run.Output.TrimEnd().ShouldEndWith("\n0 passed, 2 failed");
    }

    private async Task FailsAsync(string said)
    {
        var run = await hub.RunAsync("verify", ".");
        (run.Code, run.Error).ShouldBe((1, ""));
        run.Output.ShouldContain("FAIL");
        run.Output.ShouldContain(said);
        run.Output.TrimEnd().ShouldEndWith("\n0 passed, 1 failed");
    }

    private void Edit(string id, Action<JsonNode> change)
    {
        var path = hub.At($"pipelines/{id}/case.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        change(json);
        File.WriteAllText(path, json.ToJsonString());
    }

    private void Copy(string id)
    {
        CopyFolder(Path.Combine(References, "pipelines", id), hub.At($"pipelines/{id}"));
        foreach (var model in new[] { "sd15", "taesd" })
        {
            CopyFolder(Path.Combine(References, "models", model), hub.At($"models/{model}"));
        }
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }
}
