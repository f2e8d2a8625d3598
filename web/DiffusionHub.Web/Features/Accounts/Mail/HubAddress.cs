using System.Net;
using DiffusionHub.Data.Settings;

namespace DiffusionHub.Web.Features.Accounts.Mail;

/// <summary>
/// The hub's own address for links in e-mails. The Host header names it, but whoever asks for somebody else's link chooses that header: of the
/// addresses only the one that the request came to counts (a name was held against the hub's own before).
/// </summary>
internal static class HubAddress
{
    public static string Of(HttpContext http, HubSettings settings)
    {
        var (request, here) = (http.Request, http.Connection.LocalIpAddress);
        var address = IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out var named);
        // The port is the asker's word, too: none (a proxy's usual one) or the one that the request came to.
        var port = request.Host.Port is null || request.Host.Port == http.Connection.LocalPort;
        if (here is null || (port && (address ? Plain(named!).Equals(Plain(here)) : !request.Host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.IsLoopback(here))))
        {
            return $"{request.Scheme}://{request.Host.Value}";
        }

        return settings.Hosts.Count > 0 ? $"{request.Scheme}://{settings.Hosts[0]}" : $"{request.Scheme}://{new IPEndPoint(Plain(here), http.Connection.LocalPort)}";
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
