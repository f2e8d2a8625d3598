using System.CommandLine;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Cli.Commands.Generate;

/// <summary>The options of <c>hub generate</c> for inversion and for other networks' gradients.</summary>
internal sealed class GradientOptions
{
    private readonly Option<string?> caption = GenerateOptions.Text("--invert", GenerateTexts.Invert, "caption");
    private readonly Option<double?> mix = NumberOption.Create<double>("--mix", GenerateTexts.Mix);
    private readonly Option<string?> guide = GenerateOptions.Text("--guide", GenerateTexts.Guide, "name|path");
    private readonly Option<string?> target = GenerateOptions.Text("--guide-target", GenerateTexts.GuideTarget, "class|text");
    private readonly Option<double?> scale = NumberOption.Create<double>("--guide-scale", GenerateTexts.GuideScale);
    private readonly Option<int?> rounds = NumberOption.Create<int>("--guide-rounds", GenerateTexts.GuideRounds);

    public IEnumerable<Option> All => [caption, mix, guide, target, scale, rounds];

    /// <summary>The inversion that is asked for, or null.</summary>
    /// <exception cref="CommandException">Something of it is said, but not its caption.</exception>
    public InversionRequest? Inversion(ParseResult parsed) => parsed.GetValue(caption) is { } text ? new InversionRequest(text, parsed.GetValue(mix))
        : parsed.GetValue(mix) is null ? null
        : throw Alone(mix, caption);

    /// <summary>The guide that is asked for, or null.</summary>
    /// <exception cref="CommandException">Something of it is said, but not which.</exception>
    public GuideRequest? Guide(ParseResult parsed) => parsed.GetValue(guide) is { } name
        ? new GuideRequest(GenerateOptions.Full(name)!, parsed.GetValue(target), parsed.GetValue(scale), parsed.GetValue(rounds))
        : ((IEnumerable<Option>)[target, scale, rounds]).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } lonely ? throw Alone(lonely, guide)
        : null;

    private static CommandException Alone(Option option, Option needed) => new(GenerateOptions.Format(GenerateTexts.OptionAlone, option.Name, needed.Name), ExitCodes.Usage);
}
