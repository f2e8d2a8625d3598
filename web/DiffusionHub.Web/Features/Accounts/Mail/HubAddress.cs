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
        if (!IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out var named) || here is null || Plain(named).Equals(Plain(here)))
        {
            return $"{request.Scheme}://{request.Host.Value}";
        }

        return settings.Hosts.Count > 0 ? $"{request.Scheme}://{settings.Hosts[0]}" : $"{request.Scheme}://{new IPEndPoint(Plain(here), http.Connection.LocalPort)}";
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
