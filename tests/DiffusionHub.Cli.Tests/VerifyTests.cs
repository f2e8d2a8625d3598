using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace DiffusionHub.Cli.Tests;

public sealed class VerifyTests : IDisposable
{
    // The CUDA generator's first numbers; a case that passes, one that is wrong, one that lacks something.
    private const string Numbers = """
        [
          { "device": "nv", "seed": 0, "call": 0, "first": [-0.9246625, -0.4253441, -2.643846, 0.1451839] },
          { "device": "nv", "seed": 0, "call": 0, "first": [-0.92, -0.4253441, -2.643846, 0.1451839] },
          { "device": "cpu", "seed": 0 }
        ]
        """;

    private readonly Hub hub = new();

    private static string References => Repository.At("tests", "DiffusionHub.Sampling.Tests", "goldens");

    public VerifyTests()
    {
        Write("rng.json", Numbers);
        Write("pipelines/a-fox/case.json", Case("tiny"));
        Write("pipelines/a-fox-2/case.json", Case("other"));
        Write("models-onnx/tiny/model_index.json", "{}");
        Write("gradients/unet/case.json", "{}");
        Write("inversion/edict/case.json", "{}");
    }

    public void Dispose() => hub.Dispose();

    [Fact]
    public async Task Every_case_has_a_line_and_the_last_one_counts()
    {
        var run = await hub.RunAsync("verify", ".");
        run.Code.ShouldBe(1, run.Error);
        run.Error.ShouldBeEmpty();
        var lines = Lines(run);
        lines.Select(l => l[0]).ShouldBe(
            ["rng/0", "rng/1", "rng/2", "pipelines/a-fox", "pipelines/a-fox@onnx", "pipelines/a-fox-2", "gradients/unet", "inversion/edict", "1"]);
        lines[0][2..].ShouldBe(["2.0e-06", "ok"]);
        lines[1][1..5].ShouldBe(["1.76e-03", "2.0e-06", "FAIL", "first"]);
        lines[2][1..4].ShouldBe(["-", "-", "FAIL"]);
        string.Join(' ', lines[2]).ShouldContain("'shape', 'first', 'last'");
        lines[3][1..].ShouldBe(["-", "-", "skip"]);
        run.Output.TrimEnd().ShouldEndWith("\n1 passed, 4 failed, 3 skipped");
    }

    [Fact]
    public async Task Json_says_the_same_in_one_object()
    {
        var run = await hub.RunAsync("verify", ".", "--json", "--only", "rng/*", "--only", "inversion/*");
        run.Code.ShouldBe(1, run.Error);
        using var json = JsonDocument.Parse(run.Output);
        string[] counts = ["passed", "failed", "skipped"];
        counts.Select(c => json.RootElement.GetProperty(c).GetInt32()).ShouldBe([1, 3, 0]);
        var cases = json.RootElement.GetProperty("cases").EnumerateArray().ToList();
        cases.Select(c => c.GetProperty("result").GetString()).ShouldBe(["ok", "FAIL", "FAIL", "FAIL"]);
        cases[0].GetProperty("error").GetDouble().ShouldBeInRange(0, 2e-6);
        cases[1].GetProperty("limit").GetDouble().ShouldBe(2e-6);
        cases[1].GetProperty("reason").GetString().ShouldBe("first");
        cases[2].GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("rng/0", 0, "1 passed, 0 failed")]
    [InlineData("*/0", 0, "1 passed, 0 failed")]
    [InlineData("rng/?", 1, "1 passed, 2 failed")]
    [InlineData("pipelines/*", 1, "0 passed, 0 failed, 3 skipped")]
    [InlineData("*fox", 1, "0 passed, 0 failed, 1 skipped")]
    [InlineData("*@onnx", 1, "0 passed, 0 failed, 1 skipped")]
    public async Task Patterns_match_across_slashes(string only, int code, string last)
    {
        var run = await hub.RunAsync("verify", ".", "--only", only);
        (run.Code, run.Error).ShouldBe((code, ""));
        run.Output.TrimEnd().Split('\n')[^1].ShouldBe(last);
    }

    [Fact]
    public async Task A_pattern_that_matches_nothing_is_said()
    {
        var run = await hub.RunAsync("verify", ".", "--only", "rng/0", "--only", "rnd/*");
        run.Code.ShouldBe(0);
        run.Error.ShouldBe("--only “rnd/*” matches no case. There are: rng/*, pipelines/*, gradients/*, inversion/*\n");
        run = await hub.RunAsync("verify", ".", "--only", "rng/9");
        run.ShouldSatisfyAllConditions(r => r.Code.ShouldBe(1), r => r.Output.ShouldBe("0 passed, 0 failed\n"), r => r.Error.ShouldContain("rng/9"));
    }

    [Theory]
    [InlineData("0.01", "2 passed, 1 failed")]
    [InlineData("0", "0 passed, 3 failed")]
    public async Task A_limit_replaces_the_cases_own(string limit, string last)
    {
        var run = await hub.RunAsync("verify", ".", "--only", "rng/*", "--limit", limit);
        run.Output.TrimEnd().Split('\n')[^1].ShouldBe(last);
    }

    [Fact]
    public async Task A_file_that_is_no_JSON_fails_and_does_not_hide_the_others()
    {
        Write("schedulers/EulerDiscreteScheduler.json", """{ "class": "EulerDiscreteScheduler", "cases": [ """);
        Write("k-diffusion.json", "[]");
        Write("pipelines/a-fox/case.json", "no json");
        var run = await hub.RunAsync("verify", ".");
        run.Code.ShouldBe(1);
        run.Output.ShouldContain(hub.At("schedulers/EulerDiscreteScheduler.json"));
        run.Output.ShouldContain(hub.At("k-diffusion.json"));
        run.Output.ShouldContain(hub.At("pipelines/a-fox/case.json"));
        run.Output.TrimEnd().ShouldEndWith("\n1 passed, 7 failed, 1 skipped");
        run = await hub.RunAsync("verify", ".", "--only", "schedulers/EulerDiscreteScheduler/4");
        run.ShouldSatisfyAllConditions(r => r.Output.ShouldContain("FAIL"), r => r.Error.ShouldBeEmpty());
        (await hub.RunAsync("verify", ".", "--only", "rng/0")).Output.ShouldContain("1 passed, 0 failed");
    }

    [Fact]
    public async Task An_unknown_scheduler_sampler_or_generator_is_that_cases_failure()
    {
        Write("rng.json", """[ { "device": "tpu", "seed": 0 }, 7 ]""");
        Write("schedulers/NoScheduler.json", """
            { "class": "NoScheduler", "cases": [ { "config": {}, "steps": 1, "seed": 1, "timesteps": [1], "initNoiseSigma": 1, "trajectory": [[1]] } ] }
            """);
        Write("k-diffusion.json", """
            {
              "sigmaMin": 1, "sigmaMax": 2,
              "cases": [ { "sampler": "none", "options": {}, "schedule": "karras", "steps": 2, "seed": 1, "sigmas": [2, 1, 0], "result": [1], "modelCalls": 2 } ]
            }
            """);
        var run = await hub.RunAsync("verify", ".");
        run.Output.ShouldContain("The case's device is “tpu”; it must be cpu or nv.");
        run.Output.ShouldContain("There is no scheduler class NoScheduler.");
        run.Output.ShouldContain("k-diffusion has no sampler none.");
        run.Output.ShouldContain("0 passed, 6 failed, 3 skipped");
    }

    [Fact]
    public async Task Tokens_must_be_equal_whatever_the_limit()
    {
        var filling = string.Concat(Enumerable.Repeat(", 1", 74));
        Write("tokenizer/vocab.json", """{ "<|startoftext|>": 0, "<|endoftext|>": 1, "a</w>": 2, "b</w>": 3 }""");
        Write("tokenizer/merges.txt", "#version\n");
        Write("tokenizer/cases.json", $$"""[ { "text": "a", "ids": [0, 2, 1{{filling}}] }, { "text": "a", "ids": [0, 3, 1{{filling}}] }, { "text": "a", "ids": [0, 2, 1] } ]""");
        var run = await hub.RunAsync("verify", ".", "--only", "tokenizer/*", "--limit", "0.5");
        run.Output.ShouldContain("FAIL  ids: number 1 is 2 instead of 3\n");
        run.Output.ShouldContain("FAIL  ids: 77 values instead of 3\n");
        run.Output.TrimEnd().ShouldEndWith("\n1 passed, 2 failed");
        File.Delete(hub.At("tokenizer/merges.txt"));
        (await hub.RunAsync("verify", ".", "--only", "tokenizer/0")).Output.ShouldContain(hub.At("tokenizer/merges.txt"));
    }

    [Fact]
    public async Task The_references_of_the_schedulers_pass()
    {
        var run = await hub.RunAsync("verify", References, "--only", "schedulers/EulerDiscreteScheduler/*", "--only", "rng/*");
        run.Code.ShouldBe(0, run.Output);
        run.Output.TrimEnd().ShouldEndWith("\n125 passed, 0 failed");
    }

    [Theory]
    [InlineData("state 1", "trajectory")]
    [InlineData("timesteps", "timesteps")]
    [InlineData("sigmas", "sigmas")]
    [InlineData("initial noise", "initNoiseSigma")]
    public async Task The_worst_part_of_a_walk_is_named(string part, string changed)
    {
        await using var packed = new GZipStream(File.OpenRead(Path.Combine(References, "schedulers", "EulerDiscreteScheduler.json.gz")), CompressionMode.Decompress);
        var file = (await JsonNode.ParseAsync(packed))!;
        var walk = file["cases"]!.AsArray().First(golden => golden!["steps"]!.GetValue<int>() == 2)!.DeepClone();
        if (walk[changed] is JsonValue)
        {
            walk[changed] = 1000;
        }
        else
        {
            var numbers = walk[changed]![1] as JsonArray ?? walk[changed]!.AsArray();
            numbers[1] = 1000;
        }

        file["cases"] = new JsonArray(walk);
        Write("schedulers/EulerDiscreteScheduler.json", file.ToJsonString());
        (await hub.RunAsync("verify", ".", "--only", "schedulers/*")).Output.ShouldContain($"FAIL  {part}\n");

        walk["trajectory"]!.AsArray().RemoveAt(1);
        Write("schedulers/EulerDiscreteScheduler.json", file.ToJsonString());
        (await hub.RunAsync("verify", ".", "--only", "schedulers/*")).Output.ShouldContain("FAIL  model calls: number 0 is 2 instead of 1\n");
    }

    [Theory]
    [InlineData(1, "The folder nowhere does not exist.", "nowhere")]
    [InlineData(1, "There are no reference cases in", "models-onnx")]
    [InlineData(2, "There is no device “cpi”. Use auto, cpu, cuda:N, tensorrt:N or webgpu:N. Did you mean “cpu”?", ".", "--device", "cpi")]
    [InlineData(2, "There is no precision “fq16”. Use fp32, fp16 or int8. Did you mean “fp16”?", ".", "--precision", "fq16")]
    [InlineData(2, "--limit is “small”; it must be a number.", ".", "--limit", "small")]
    [InlineData(2, "--limit is -1; it must be 0 or more.", ".", "--limit", "-1")]
    [InlineData(2, "Did you mean “--only”?", ".", "--onyl", "rng/*")]
    [InlineData(2, "FOLDER")]
    public async Task Wrong_usage_is_said_in_one_line(int code, string said, params string[] arguments)
    {
        var run = await hub.RunAsync(["verify", .. arguments]);
        run.Code.ShouldBe(code, run.Error);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain(said);
        run.Error.TrimEnd('\n').ShouldNotContain("\n");
    }

    [Fact]
    public async Task Every_documented_device_and_precision_is_taken()
    {
        foreach (var (device, precision) in new[] { ("auto", "fp32"), ("cpu", "fp16"), ("cuda:0", "fp16") })
        {
            var run = await hub.RunAsync("verify", ".", "--only", "rng/0", "--device", device, "--precision", precision);
            run.Code.ShouldBe(0, run.Error);
        }
    }

    [Fact]
    public async Task Cases_of_models_say_why_a_device_cannot_be_used_and_others_pass()
    {
        Assert.SkipWhen(File.Exists("/dev/nvidia0"), "There is an NVIDIA GPU here.");
        Write("pipelines/one/case.json", """{ "model": "none", "pipeline": "StableDiffusionPipeline", "request": {}, "expected": {} }""");
        var run = await hub.RunAsync("verify", ".", "--only", "rng/0", "--only", "pipelines/one", "--device", "cuda:0");
        run.Code.ShouldBe(1);
        run.Output.ShouldContain("FAIL  The device cuda:0 cannot be used: there is no NVIDIA driver on this machine");
        run.Output.ShouldContain("1 passed, 1 failed");
    }

    // Of a class that no family runs.
    private static string Case(string model) => $$"""{ "model": "{{model}}", "pipeline": "SomethingPipeline", "request": {}, "expected": {} }""";

    private static List<string[]> Lines(Outcome run) =>
        [.. run.Output.TrimEnd().Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(hub.At(name))!);
        File.WriteAllText(hub.At(name), text);
    }
}
