using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DiffusionHub.Postgres;

/// <summary>The server's port on 127.0.0.1: the same one at every start, as long as nobody else takes it.</summary>
internal static class Port
{
    /// <summary>The kept port; null when none is kept.</summary>
    public static int? Kept(string file) =>
        File.Exists(file) && int.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 ? port : null;

    public static void Keep(string file, int port) => File.WriteAllText(file, port.ToString(CultureInfo.InvariantCulture) + "\n");

    public static bool IsFree(int port)
    {
        try
        {
            Bind(port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public static int Free() => Bind(0);

    private static int Bind(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
