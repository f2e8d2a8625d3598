using System.CommandLine;

namespace DiffusionHub.Cli.Commands.Samplers;

/// <summary>What is to be drawn.</summary>
internal sealed record SamplerGridRequest(string Folder, string Model, string Prompt, long Seed, IReadOnlyList<int> Steps);

/// <summary>The options of <c>hub samplers --grid</c>.</summary>
internal sealed class SamplerGridOptions
{
    private readonly Option<string?> folder = new("--grid") { Description = SamplersTexts.Grid, HelpName = "FOLDER" };
    private readonly Option<string> model = new("--model") { Description = SamplersTexts.Model, DefaultValueFactory = _ => "" };
    private readonly Option<string> prompt = new("--prompt") { Description = SamplersTexts.Prompt, DefaultValueFactory = _ => "a red apple" };
    private readonly Option<long> seed = new("--seed") { Description = SamplersTexts.Seed, DefaultValueFactory = _ => 1 };
    private readonly Option<int[]> steps = new("--steps") { Description = SamplersTexts.Steps, AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1, 2, 4, 8, 16, 32] };

    public void AddTo(Command command)
    {
        command.Add(folder);
        command.Add(model);
        command.Add(prompt);
        command.Add(seed);
        command.Add(steps);
    }

    /// <summary>The request, or null where no strips are asked for.</summary>
    public SamplerGridRequest? Read(ParseResult parsed) => parsed.GetValue(folder) is { } path
        ? new SamplerGridRequest(path, parsed.GetValue(model)!, parsed.GetValue(prompt)!, parsed.GetValue(seed), parsed.GetValue(steps)!)
        : null;
}
