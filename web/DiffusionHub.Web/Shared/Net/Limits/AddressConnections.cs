using System.Collections.Concurrent;
using System.Net;
using DiffusionHub.Data.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DiffusionHub.Web.Shared.Net.Limits;

/// <summary>So many connections an address and no more, so that nobody takes all that the node has. Not for this machine and the proxies, behind which are others.</summary>
internal sealed class AddressConnections(HubSettings settings)
{
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <summary>Closes what comes above the limit before a byte of it is read.</summary>
    public void Guard(ListenOptions endpoint) => endpoint.Use(next => async connection =>
    {
        if (connection.RemoteEndPoint is not IPEndPoint { Address: var address } || IPAddress.IsLoopback(address) || settings.Proxies.Any(p => p.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)))
        {
            await next(connection);
            return;
        }

        var name = Caller.NameOf(address);
        try
        {
            if (_open.AddOrUpdate(name, 1, (_, open) => open + 1) <= RateNumbers.ConnectionsOfAddress)
            {
                await next(connection);
            }
            else
            {
                connection.Abort();
            }
        }
        finally
        {
            Leave(name);
        }
    });

    private void Leave(string name)
    {
        if (_open.AddOrUpdate(name, 0, (_, open) => open - 1) == 0)
        {
            _open.TryRemove(new KeyValuePair<string, int>(name, 0));
        }
    }
}
