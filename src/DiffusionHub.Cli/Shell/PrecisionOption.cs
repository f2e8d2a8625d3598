using System.CommandLine;
using System.Globalization;
using DiffusionHub.Inference.Devices;

namespace DiffusionHub.Cli.Shell;

/// <summary><c>--precision</c> of the commands that compute in this process.</summary>
internal static class PrecisionOption
{
    private static readonly string[] Spellings = ["fp32", "fp16", "int8"];

    public static Option<string> Create() =>
        new("--precision") { Description = ShellTexts.Precision, HelpName = string.Join('|', Spellings), DefaultValueFactory = _ => Spellings[0] };

    /// <exception cref="CommandException">There is none of that spelling.</exception>
    public static Precision Read(string spelling) => spelling switch
    {
        "fp32" => Precision.Float32,
        "fp16" => Precision.Float16,
        "int8" => Precision.Int8,
        "bf16" => throw new CommandException(ShellTexts.NoBfloat16, ExitCodes.Usage),
        _ => throw new CommandException(
            string.Format(CultureInfo.InvariantCulture, ShellTexts.UnknownPrecision, spelling) + UsageErrors.Suggestion(spelling, Spellings), ExitCodes.Usage),
    };
}
