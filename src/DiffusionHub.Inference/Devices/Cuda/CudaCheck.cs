using System.Globalization;

namespace DiffusionHub.Inference.Devices.Cuda;

/// <summary>Whether a machine's GPU can be used, asked before ONNX Runtime is, which would name a symbol or a file at most.</summary>
internal static class CudaCheck
{
    // What the provider library was built for.
    private static readonly Version Needed = new(13, 0);

    // The oldest architecture that it has kernels for (Turing).
    private static readonly Version Oldest = new(7, 5);

    /// <summary>Why GPU <paramref name="number"/> cannot be used, in the order in which people mend it; null where it can.</summary>
    public static string? Fault(CudaHost host, int number)
    {
        if (host.Driver is not { } driver)
        {
            return Text(DeviceTexts.NoDriver, CudaSearch.DriverName);
        }

        if (driver.Fault != 0)
        {
            return Text(DeviceTexts.DriverFault, driver.Fault);
        }

        if (driver.Devices.Count == 0)
        {
            return DeviceTexts.NoGpu;
        }

        if (number >= driver.Devices.Count)
        {
            return Text(DeviceTexts.NoSuchGpu, number, Names(driver));
        }

        if (driver.Version < Needed)
        {
            return Text(DeviceTexts.OldDriver, driver.Version, Needed);
        }

        if (driver.Devices[number] is var gpu && gpu.Capability < Oldest)
        {
            return Text(DeviceTexts.OldGpu, gpu.Name, gpu.Capability, Oldest);
        }

        return host.Missing.Count > 0 ? Text(DeviceTexts.NoProvider, string.Join(", ", host.Missing), host.Folder)
            : host.Unfound is { } library ? Text(DeviceTexts.NoLibrary, library, CudaSearch.Variable, host.Searched.Count == 0 ? "–" : string.Join(", ", host.Searched))
            : null;
    }

    private static string Names(CudaDriver driver) => string.Join(", ", driver.Devices.Select((gpu, number) => Text("cuda:{0} ({1})", number, gpu.Name)));

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
