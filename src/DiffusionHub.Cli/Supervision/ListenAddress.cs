using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DiffusionHub.Cli.Supervision;

/// <summary>Where the web server is to listen.</summary>
/// <param name="Address">An address of this machine, or “any”.</param>
/// <param name="Port">Never 0.</param>
internal sealed record ListenAddress(IPAddress Address, int Port)
{
    /// <summary>For <c>ASPNETCORE_URLS</c>.</summary>
    public string Binding => Url(Address, Port);

    /// <summary>What a browser on this machine is pointed at.</summary>
    public string Local => Url(Address.Equals(IPAddress.Any) ? IPAddress.Loopback : Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : Address, Port);

    /// <summary>What a browser on another machine is pointed at, as far as this machine knows its name.</summary>
    public string Reachable => Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any)
        ? string.Create(CultureInfo.InvariantCulture, $"http://{Environment.MachineName}:{Port}") : Binding;

    /// <summary>Whether other machines can reach it.</summary>
    public bool IsPublic => !IPAddress.IsLoopback(Address);

    /// <summary>The address with a port that is free now.</summary>
    /// <param name="address">An IP address.</param>
    /// <param name="port">0: any.</param>
    /// <exception cref="SocketException">The port is taken, needs more rights, or the address is not this machine's.</exception>
    public static ListenAddress Find(string address, int port)
    {
        var parsed = IPAddress.Parse(address);
        using var listener = new TcpListener(parsed, port);
        listener.Start();
        return new ListenAddress(parsed, ((IPEndPoint)listener.LocalEndpoint).Port);
    }

    private static string Url(IPAddress address, int port) => address.AddressFamily == AddressFamily.InterNetworkV6
        ? string.Create(CultureInfo.InvariantCulture, $"http://[{address}]:{port}")
        : string.Create(CultureInfo.InvariantCulture, $"http://{address}:{port}");
}
