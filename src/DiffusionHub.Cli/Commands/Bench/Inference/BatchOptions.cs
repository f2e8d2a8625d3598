using System.CommandLine;
using System.Globalization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Devices;

namespace DiffusionHub.Cli.Commands.Bench.Inference;

/// <summary>What of several sizes is measured.</summary>
/// <param name="Sides">Sides of the pictures.</param>
/// <param name="Batches">Pictures at once.</param>
/// <param name="Replay">Whether runs are recorded and replayed.</param>
internal sealed record BatchPlan(IReadOnlyList<int> Sides, IReadOnlyList<int> Batches, bool Replay);

/// <summary>The options of <c>hub bench inference</c> that measure several sizes in one run.</summary>
internal sealed class BatchOptions
{
    private const int LargestSide = 2048;
    private const int LargestBatch = 64;
    private const int UsualSide = 512;

    private readonly Option<string?> sides = new("--sides") { Description = BenchTexts.Sides, HelpName = "n,n" };
    private readonly Option<string?> batches = new("--batches") { Description = BenchTexts.Batches, HelpName = "n,n" };
    private readonly Option<bool> replay = new("--replay") { Description = BenchTexts.Replay };

    public void AddTo(Command command)
    {
        command.Add(sides);
        command.Add(batches);
        command.Add(replay);
    }

    /// <summary>What is asked for; null where neither sides nor batches are. The process's device must be chosen before.</summary>
    /// <exception cref="CommandException">Something in it cannot be.</exception>
    public BatchPlan? Read(ParseResult parsed)
    {
        var recorded = parsed.GetValue(replay);
        if (recorded && InferenceRuntime.Device.Kind != DeviceKind.Cuda)
        {
            throw new CommandException(string.Format(CultureInfo.InvariantCulture, BenchTexts.ReplayNeedsCuda, InferenceRuntime.Device), ExitCodes.Usage);
        }

        InferenceRuntime.Cuda = InferenceRuntime.Cuda with { Replay = recorded };
        var (wide, many) = (parsed.GetValue(sides), parsed.GetValue(batches));
        return wide is null && many is null
            ? null
            : new BatchPlan(Numbers("--sides", wide, LargestSide, "256,512") ?? [UsualSide], Numbers("--batches", many, LargestBatch, "1,4,8") ?? [1], recorded);
    }

    private static List<int>? Numbers(string option, string? text, int most, string example)
    {
        var numbers = text?.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToList();
        return numbers is null || numbers.TrueForAll(number => number >= 1 && number <= most)
            ? numbers
            : throw new CommandException(string.Format(CultureInfo.InvariantCulture, BenchTexts.NoNumbers, option, text, most, example), ExitCodes.Usage);
    }
}
