using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace DiffusionHub.Web.Tests;

/// <summary>The way from the web to the database, which a test can cut and mend: a port that passes everything on to the server.</summary>
internal sealed class DatabaseLine : IAsyncDisposable
{
    private readonly EndPoint _server;
    private readonly List<Socket> _open = [];
    private readonly Lock _gate = new();
    private TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _port;
    private Task _accepting;

    public DatabaseLine(string connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        _server = given.Host!.StartsWith('/') ? new UnixDomainSocketEndPoint($"{given.Host}/.s.PGSQL.{given.Port}") : new DnsEndPoint(given.Host, given.Port);
        _listener.Start();
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_listener);
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString) { Host = "127.0.0.1", Port = _port, SslMode = SslMode.Disable }.ConnectionString;
    }

    /// <summary>The database by way of this line.</summary>
    public string ConnectionString { get; }

    /// <summary>Every connection breaks, and no new one is taken.</summary>
    public async Task CutAsync()
    {
        _listener.Stop();
        await _accepting;
        lock (_gate)
        {
            _open.ForEach(s => s.Dispose());
            _open.Clear();
        }
    }

    /// <summary>It passes again.</summary>
    public void Mend()
    {
        _listener = new TcpListener(IPAddress.Loopback, _port);
        // Broken connections linger on the port for a while.
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        _accepting = AcceptAsync(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        _listener.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            try
            {
                _ = PassAsync(await listener.AcceptSocketAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return; // Cut.
            }
        }
    }

    private async Task PassAsync(Socket client)
    {
        using var server = new Socket(_server is UnixDomainSocketEndPoint ? AddressFamily.Unix : AddressFamily.InterNetwork, SocketType.Stream,
            _server is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
        using (client)
        {
            lock (_gate)
            {
                _open.AddRange([client, server]);
            }

            try
            {
                await server.ConnectAsync(_server);
                await using var near = new NetworkStream(client);
                await using var far = new NetworkStream(server);
                await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near));
            }
            catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
            {
                // One side is gone, and the other goes with it.
            }
        }
    }
}
