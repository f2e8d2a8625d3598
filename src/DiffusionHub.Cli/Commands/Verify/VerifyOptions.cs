using System.CommandLine;
using System.Globalization;
using DiffusionHub.Cli.Shell;

namespace DiffusionHub.Cli.Commands.Verify;

/// <summary>What the command line of <c>hub verify</c> asks for.</summary>
/// <param name="Folder">The folder with the cases.</param>
/// <param name="Only">Patterns of ids; none means all.</param>
/// <param name="Where">Where models compute.</param>
/// <param name="Limit">Replaces the cases' own limits.</param>
/// <param name="Json">Report as JSON.</param>
internal sealed record VerifyArguments(ReferenceFolder Folder, IReadOnlyList<string> Only, ComputeChoice Where, double? Limit, bool Json);

/// <summary>The options of <c>hub verify</c>.</summary>
internal sealed class VerifyOptions
{
    private readonly Argument<string> folder = new("FOLDER") { Description = VerifyTexts.Folder };
    private readonly Option<string[]> only = new("--only") { Description = VerifyTexts.Only, HelpName = "glob" };
    private readonly Option<string> device = DeviceOption.Create();
    private readonly Option<string> precision = PrecisionOption.Create();
    private readonly Option<double?> limit = NumberOption.Create<double>("--limit", VerifyTexts.Limit);
    private readonly Option<bool> json = new("--json") { Description = VerifyTexts.Json };

    public void AddTo(Command command)
    {
        command.Add(folder);
        Option[] options = [only, device, precision, limit, json];
        foreach (var option in options)
        {
            command.Add(option);
        }
    }

    /// <exception cref="CommandException">Something in it cannot be.</exception>
    public VerifyArguments Read(ParseResult parsed)
    {
        var where = new ComputeChoice(DeviceOption.Read(parsed.GetRequiredValue(device)), PrecisionOption.Read(parsed.GetRequiredValue(precision)));
        if (parsed.GetValue(limit) is < 0 and var negative)
        {
            throw new CommandException(Text(VerifyTexts.NegativeLimit, negative), ExitCodes.Usage);
        }

        var path = parsed.GetRequiredValue(folder);
        return Directory.Exists(path)
            ? new VerifyArguments(new ReferenceFolder(path), parsed.GetValue(only) ?? [], where, parsed.GetValue(limit), parsed.GetValue(json))
            : throw new CommandException(Text(VerifyTexts.NoFolder, path));
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
