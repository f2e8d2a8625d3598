using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Xunit;

namespace DiffusionHub.Cli.Tests;

public sealed partial class GenerateTests : IDisposable
{
    private readonly Hub hub = new();

    public void Dispose() => hub.Dispose();

    [Fact]
    public async Task The_same_request_gives_the_same_bytes()
    {
        var first = await hub.RunAsync("generate", "red apple, fluent style", "--steps", "2", "--seed", "7", "--out", "a.png");
        first.ShouldSatisfyAllConditions(r => r.Code.ShouldBe(0, r.Error), r => r.Error.ShouldBeEmpty(), r => r.Output.ShouldContain("a.png"));
        (await hub.RunAsync("generate", "red apple, fluent style", "--steps", "2", "--seed", "7", "--out", "b.png")).Code.ShouldBe(0);
        hub.Bytes("b.png").ShouldBe(hub.Bytes("a.png"));
    }

    [Fact]
    public async Task Several_pictures_latents_and_a_json_report()
    {
        var run = await hub.RunAsync(
            "generate", "rocket", "--count", "2", "--steps", "3", "--seed", "5", "--noise", "nv", "--sampler", "euler", "--out", "p.png", "--latents", "l.npy", "--json");
        run.Code.ShouldBe(0, run.Error);
        using var report = JsonDocument.Parse(run.Output);
        report.RootElement.GetProperty("files").EnumerateArray().Select(f => f.GetString()).ShouldBe(["p-0.png", "p-1.png"]);
        report.RootElement.GetProperty("sampler").GetString().ShouldBe("Euler");
        hub.Bytes("p-0.png").ShouldNotBe(hub.Bytes("p-1.png"));
        Encoding.ASCII.GetString(hub.Bytes("l.npy"), 10, 100).ShouldContain("(3, 2, 8, 16, 16, )");
    }

    [Fact]
    public async Task Sampler_and_schedule_may_be_one_name()
    {
        string[] rest = ["--steps", "4", "--seed", "5", "--guidance-rescale", "0.5", "--json"];
        var one = await hub.RunAsync(["generate", "rocket", "--sampler", "dpm++ 2m karras", "--out", "a.png", .. rest]);
        var two = await hub.RunAsync(["generate", "rocket", "--sampler", "DPM++ 2M", "--schedule", "karras", "--out", "b.png", .. rest]);
        one.Code.ShouldBe(0, one.Error);
        two.Code.ShouldBe(0, two.Error);
        using var report = JsonDocument.Parse(one.Output);
        report.RootElement.GetProperty("sampler").GetString().ShouldBe("DPM++ 2M");
        report.RootElement.GetProperty("schedule").GetString().ShouldBe("Karras");
        report.RootElement.GetProperty("guidanceRescale").GetDouble().ShouldBe(0.5);
        hub.Bytes("a.png").ShouldBe(hub.Bytes("b.png"));
    }

    [Fact]
    public async Task Without_out_a_free_name_is_taken()
    {
        string[] arguments = ["generate", "Blue car!", "--steps", "1", "--seed", "3"];
        (await hub.RunAsync(arguments)).Code.ShouldBe(0);
        (await hub.RunAsync(arguments)).Code.ShouldBe(0);
        Directory.GetFiles(hub.Folder).Select(Path.GetFileName).ShouldBe(["blue-car-3.png", "blue-car-3-2.png"], ignoreOrder: true);
    }

    [Fact]
    public async Task Options_stand_over_the_request_document()
    {
        await File.WriteAllTextAsync(hub.At("r.json"), """{ "prompt": "red apple", "steps": 1, "seed": 9 }""");
        var run = await hub.RunAsync("generate", "--request", "r.json", "--seed", "10", "--json", "--out", "x.png");
        run.Code.ShouldBe(0, run.Error);
        using var report = JsonDocument.Parse(run.Output);
        report.RootElement.GetProperty("seed").GetInt64().ShouldBe(10);
        report.RootElement.GetProperty("prompt").GetString().ShouldBe("red apple");
    }

    [Theory]
    [InlineData("steps is 0; it must be from 1 to 50.", "--steps", "0")]
    [InlineData("steps is 1000; it must be from 1 to 50.", "--steps", "1000")]
    [InlineData("--steps is “x”; it must be a whole number.", "--steps", "x")]
    [InlineData("count is 99; it must be from 1 to 8.", "--count", "99")]
    [InlineData("--guidance is “much”; it must be a number.", "--guidance", "much")]
    [InlineData("width is 130;", "--width", "130")]
    [InlineData("seed is -1;", "--seed", "-1")]
    [InlineData("Did you mean “sprout”?", "--model", "sprot")]
    [InlineData("Known models: sprout.", "--model", "nosuch")]
    [InlineData("Did you mean “--steps”?", "--stepz", "4")]
    [InlineData("Did you mean “Euler”?", "--sampler", "Eulr")]
    [InlineData("Did you mean “Karras”?", "--sampler", "Euler", "--schedule", "Karas")]
    [InlineData("noise levels of its own", "--sampler", "DDIM", "--schedule", "Karras")]
    [InlineData("eta is 1.5; it must be from 0 to 1.", "--eta", "1.5")]
    [InlineData("guidanceRescale is -1; it must be from 0 to 1.", "--guidance-rescale", "-1")]
    [InlineData("noise “gpu” is unknown.", "--noise", "gpu")]
    [InlineData("There is no device “cuda0”. Use auto, cpu, cuda:N, tensorrt:N or webgpu:N. Did you mean “cuda”?", "--device", "cuda0")]
    [InlineData("There is no device “tpu”.", "--device", "tpu")]
    [InlineData("must end in .png", "--out", "a.bmp")]
    public async Task Wrong_usage_is_said_in_one_line(string said, params string[] arguments)
    {
        var run = await hub.RunAsync(["generate", "a cat", .. arguments]);
        Refused(run, 2, said);
    }

    [Theory]
    [InlineData("generate", "a cat", "--device", "cuda:0")]
    [InlineData("bench", "inference", "--device", "cuda")]
    [InlineData("generate", "a cat", "--device", "tensorrt:0")]
    public async Task A_GPU_that_is_not_there_is_said_in_one_line(params string[] arguments)
    {
        Assert.SkipWhen(File.Exists("/dev/nvidia0"), "There is an NVIDIA GPU here.");
        Refused(await hub.RunAsync(arguments), 1, "there is no NVIDIA driver on this machine (libcuda.so.1 was not found)");
    }

    [Theory]
    [InlineData("--batches is “1,x”; it must be whole numbers from 1 to 64", "--batches", "1,x")]
    [InlineData("--sides is “”; it must be", "--sides", "")]
    [InlineData("--batches is “65”", "--batches", "65")]
    [InlineData("--replay records CUDA graphs", "--device", "cpu", "--batches", "1", "--replay")]
    [InlineData("There is no precision “half”. Use fp32", "--precision", "half")]
    public async Task A_bench_of_sizes_that_cannot_be_is_refused(string said, params string[] arguments) => Refused(await hub.RunAsync(["bench", "inference", .. arguments]), 2, said);

    [Fact]
    public async Task Sizes_are_measured_one_by_one()
    {
        var run = await hub.RunAsync("bench", "inference", "--device", "cpu", "--sides", "64", "--batches", "1,2", "--runs", "1", "--json");
        run.Code.ShouldBe(0, run.Error);
        using var report = JsonDocument.Parse(run.Output);
        report.RootElement.GetProperty("device").GetString().ShouldBe("cpu");
        report.RootElement.GetProperty("sizes").EnumerateArray().Select(size => (size.GetProperty("side").GetInt32(), size.GetProperty("batch").GetInt32())).ShouldBe([(64, 1), (64, 2)]);
        report.RootElement.GetProperty("sizes").EnumerateArray().ShouldAllBe(size => size.GetProperty("totalMs").GetDouble() > 0 && size.GetProperty("picturesPerSecond").GetDouble() > 0);
    }

    [Fact]
    public async Task A_prompt_of_100000_characters_is_refused() =>
        Refused(await hub.RunAsync("generate", new string('x', 100_000)), 2, "prompt has 100,000 characters; at most 4,000 are allowed.");

    [Theory]
    [InlineData("""{ "prompt": "x", "stepz": 4 }""", "“stepz” is no part of a request.")]
    [InlineData("""{ "prompt": "x", "stepz": 4 }""", "Did you mean “steps”?")]
    [InlineData("""{ "prompt": "x", "steps": "many" }""", "steps has a value of the wrong kind.")]
    [InlineData("no json", "not valid JSON")]
    public async Task A_faulty_request_document_is_refused(string json, string said)
    {
        await File.WriteAllTextAsync(hub.At("r.json"), json);
        Refused(await hub.RunAsync("generate", "--request", "r.json"), 2, said);
    }

    [Fact]
    public async Task A_missing_folder_for_the_picture_is_named() =>
        Refused(await hub.RunAsync("generate", "a cat", "--out", "nowhere/a.png"), 1, hub.At("nowhere"));

    [Theory]
    [InlineData("unet/diffusion_pytorch_model.safetensors", true)]
    [InlineData("vae/config.json", true)]
    [InlineData("tokenizer/vocab.json", false)]
    [InlineData("unet/config.json", false)]
    public async Task A_faulty_model_folder_is_refused_by_file(string file, bool truncated)
    {
        var model = Path.Combine(hub.Folder, "data", "models", "broken");
        CopySprout(model);
        var path = Path.Combine(model, file);
        if (truncated)
        {
            await using var stream = File.OpenWrite(path);
            stream.SetLength(stream.Length / 2);
        }
        else
        {
            File.Delete(path);
        }

        Refused(await hub.RunAsync("generate", "a cat", "--model", "broken"), 1, path);
        Refused(await hub.RunAsync("generate", "a cat", "--model", model), 1, path);
    }

    [Fact]
    public async Task An_interrupt_ends_with_130_and_leaves_no_file()
    {
        using var process = hub.Start("generate", "a cat", "--steps", "50", "--count", "8", "--out", "a.png", "--latents", "l.npy");
        // The native runtime is mapped once the model loads: from then on the run takes seconds.
        while (!process.HasExited && !File.ReadAllText($"/proc/{process.Id}/maps").Contains("libonnxruntime.so", StringComparison.Ordinal))
        {
            await Task.Yield();
        }

        kill(process.Id, 2).ShouldBe(0);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(130, await process.StandardError.ReadToEndAsync());
        Directory.GetFiles(hub.Folder).ShouldBeEmpty();
    }

    private void Refused(Outcome run, int code, string said)
    {
        run.Code.ShouldBe(code, run.Error);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain(said);
        run.Error.TrimEnd('\n').ShouldNotContain("\n");
        Directory.GetFiles(hub.Folder, "*.png").ShouldBeEmpty();
    }

    private static void CopySprout(string target)
    {
        var source = Repository.At("models", "sprout");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Where(f => !f.Contains("/training/", StringComparison.Ordinal)))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    [DllImport("libc")]
    private static extern int kill(int process, int signal);
}
