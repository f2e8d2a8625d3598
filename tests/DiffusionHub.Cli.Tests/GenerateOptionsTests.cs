using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace DiffusionHub.Cli.Tests;

/// <summary>Pictures to begin with, adapters and other networks in <c>hub generate</c>, on the tiny models in tests/Shared.</summary>
public sealed class GenerateOptionsTests : IDisposable
{
    private static readonly string References = Path.Combine(AppContext.BaseDirectory, "references");
    private readonly Hub hub = new();

    public GenerateOptionsTests()
    {
        File.Copy(Case("sd15-inpaint-4-channels", "init.png"), hub.At("in.png"));
        File.Copy(Case("sd15-inpaint-4-channels", "mask.png"), hub.At("mask.png"));
        File.Copy(Case("sd15-controlnet", "control.png"), hub.At("edges.png"));
        File.Copy(Case("lora-kohya", "lora.safetensors"), hub.At("style.safetensors"));
    }

    private static string[][] Changes =>
    [
        ["--init", "in.png"], ["--init", "in.png", "--strength", "0.5"], ["--init", "in.png", "--mask", "mask.png"], ["--lora", "style.safetensors:0.7"], ["--lora", "style.safetensors"],
        ["--vae", Model("taesd")], ["--control", "edges.png"], ["--control", "edges.png", "--control-scale", "0.2"],
        ["--control", "edges.png", "--controlnet", Path.Combine(Model("sd15-controlnet"), "controlnet"), "--control-scale", "0.1"],
        ["--refiner", Model("sd15-lcm")], ["--refiner", Model("sd15-lcm"), "--refiner-switch", "0.3"], ["--clip-skip", "1"],
    ];

    public void Dispose() => hub.Dispose();

    [Fact]
    public async Task Every_option_changes_the_picture()
    {
        var seen = new Dictionary<string, string> { [Convert.ToHexString(await PictureAsync())] = "none" };
        foreach (var change in Changes)
        {
            var key = Convert.ToHexString(await PictureAsync(change));
            seen.TryAdd(key, string.Join(' ', change)).ShouldBeTrue($"{string.Join(' ', change)} is as {seen[key]}");
        }
    }

    [Fact]
    public async Task Emphasis_reads_brackets()
    {
        var plain = await PictureAsync("a (red:1.5) fox");
        (await PictureAsync("a (red:1.5) fox", "--emphasis")).ShouldNotBe(plain);
        (await PictureAsync("a red fox", "--emphasis")).ShouldBe(await PictureAsync("a red fox"));
    }

    [Fact]
    public async Task A_picture_keeps_its_size_where_none_is_said()
    {
        var run = await hub.RunAsync("generate", "a fox", "--model", Model("sd15"), "--steps", "2", "--init", "in.png", "--height", "128", "--out", "a.png", "--json");
        run.Code.ShouldBe(0, run.Error);
        using var report = JsonDocument.Parse(run.Output);
        (report.RootElement.GetProperty("width").GetInt32(), report.RootElement.GetProperty("height").GetInt32()).ShouldBe((64, 128));
    }

    [Fact]
    public async Task Paths_in_a_request_file_begin_at_its_folder()
    {
        var folder = Directory.CreateDirectory(hub.At("there")).FullName;
        foreach (var name in new[] { "in.png", "mask.png", "style.safetensors" })
        {
            File.Move(hub.At(name), Path.Combine(folder, name));
        }

        var request = new JsonObject
        {
            ["model"] = Model("sd15-controlnet"), ["prompt"] = "a fox", ["steps"] = 2, ["seed"] = 5, ["init"] = "in.png", ["mask"] = "mask.png", ["strength"] = 0.9,
            ["loras"] = new JsonArray(new JsonObject { ["file"] = "style.safetensors", ["weight"] = 0.5 }), ["control"] = "../edges.png",
        };
        await File.WriteAllTextAsync(Path.Combine(folder, "r.json"), request.ToJsonString());
        (await hub.RunAsync("generate", "--request", "there/r.json", "--out", "a.png")).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(0, r.Error), r => r.Error.ShouldBeEmpty());
        // Options begin where they were typed.
        (await hub.RunAsync("generate", "--request", "there/r.json", "--init", "there/in.png", "--out", "b.png")).Code.ShouldBe(0);
        hub.Bytes("b.png").ShouldBe(hub.Bytes("a.png"));
        Refused(await hub.RunAsync("generate", "--request", "there/r.json", "--init", "in.png", "--out", "c.png"), 2, "--init: ");
    }

    [Theory]
    [InlineData(2, "mask says which part of init", "--mask", "mask.png")]
    [InlineData(2, "absent.png cannot be read as a picture", "--init", "absent.png")]
    [InlineData(2, "style.safetensors cannot be read as a picture", "--init", "style.safetensors")]
    [InlineData(2, "strength is 2; it must be from 0 to 1.", "--init", "in.png", "--strength", "2")]
    [InlineData(2, "leave no step to run", "--init", "in.png", "--strength", "0.2")]
    [InlineData(2, "--lora is “style.safetensors:much”", "--lora", "style.safetensors:much")]
    [InlineData(2, "it must be from -4 to 4", "--lora", "style.safetensors:5")]
    [InlineData(2, "There is no LoRA named “absent”", "--lora", "absent:0.5")]
    [InlineData(2, "There is no VAE named “absent”", "--vae", "absent")]
    [InlineData(2, "There is no model named “absent”", "--refiner", "absent")]
    [InlineData(2, "There is no ControlNet named “absent”", "--control", "edges.png", "--controlnet", "absent")]
    [InlineData(2, "controlNet reads the picture control", "--controlnet", "absent")]
    [InlineData(2, "clipSkip is 9; it must be from 0 to", "--clip-skip", "9")]
    [InlineData(2, "controlScale is 3; it must be from 0 to 2.", "--control", "edges.png", "--control-scale", "3")]
    [InlineData(2, "refinerSwitch is 1.5; it must be from 0 to 1.", "--refiner-switch", "1.5")]
    [InlineData(1, "mask.png", "--lora", "mask.png")]
    [InlineData(1, "mask.png", "--vae", "mask.png")]
    [InlineData(1, "edges.png", "--control", "edges.png", "--controlnet", "edges.png")]
    [InlineData(1, "edges.png", "--refiner", "edges.png")]
    public async Task What_cannot_be_is_said_in_one_line(int code, string said, params string[] arguments) =>
        Refused(await hub.RunAsync(["generate", "a fox", "--model", Model("sd15-controlnet"), "--steps", "4", "--width", "64", "--height", "64", "--out", "x.png", .. arguments]), code, said);

    private static string Model(string name) => Path.Combine(References, "models", name);

    private static string Case(params string[] parts) => Path.Combine([References, "pipelines", .. parts]);

    private async Task<byte[]> PictureAsync(params string[] arguments)
    {
        string[] prompt = arguments is [var first, ..] && !first.StartsWith('-') ? [] : ["a red fox"];
        var run = await hub.RunAsync(
            ["generate", .. prompt, .. arguments, "--model", Model("sd15-controlnet"), "--steps", "4", "--seed", "3", "--width", "64", "--height", "64", "--out", "x.png", "--latents", "x.npy"]);
        run.Code.ShouldBe(0, $"{string.Join(' ', arguments)}: {run.Error}");
        run.Error.ShouldBeEmpty();
        // The latents too: a small change may round away.
        return [.. hub.Bytes("x.png"), .. hub.Bytes("x.npy")];
    }

    private void Refused(Outcome run, int code, string said)
    {
        run.Code.ShouldBe(code, run.Error);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain(said);
        run.Error.TrimEnd('\n').ShouldNotContain("\n");
        File.Exists(hub.At("x.png")).ShouldBeFalse();
    }
}
