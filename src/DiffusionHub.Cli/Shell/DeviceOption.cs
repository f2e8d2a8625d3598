using System.CommandLine;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Devices;

namespace DiffusionHub.Cli.Shell;

/// <summary><c>--device</c> of the commands that compute in this process.</summary>
internal static class DeviceOption
{
    private const string Forms = "auto|cpu|cuda:N|tensorrt:N|webgpu:N";

    public static Option<string> Create() => new("--device") { Description = ShellTexts.Device, HelpName = Forms, DefaultValueFactory = _ => Device.Auto };

    /// <summary>The device of that spelling, not asked yet whether it can be used.</summary>
    /// <exception cref="CommandException">There is none of that spelling.</exception>
    public static Device Read(string spelling)
    {
        try
        {
            return Device.Of(spelling);
        }
        catch (DeviceException fault)
        {
            throw new CommandException(fault.Message + UsageErrors.Suggestion(spelling, Device.Spellings), ExitCodes.Usage, fault);
        }
    }

    /// <summary>Makes it the device of this process.</summary>
    /// <exception cref="CommandException">It cannot be used here.</exception>
    public static void Use(Device device)
    {
        try
        {
            InferenceRuntime.Device = device;
        }
        catch (DeviceException fault)
        {
            throw new CommandException(fault.Message, ExitCodes.Failed, fault);
        }
    }
}
