using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using DiffusionHub.Data.Settings;
using DiffusionHub.Web.Shared.People;

namespace DiffusionHub.Web.Shared.Net.Limits;

/// <summary>Whom a request is counted for.</summary>
/// <param name="Id">Account, key or address.</param>
/// <param name="Own">Requests a minute, where a key has a limit of its own.</param>
/// <param name="IsOwner">True for the one person of a hub without accounts.</param>
internal readonly record struct Caller(string Id, int? Own, bool IsOwner)
{
    /// <summary>Claim of an API key's own requests a minute.</summary>
    public const string RateClaim = "hub:rate";

    /// <summary>The account that is signed in, or its key where that has a limit of its own; else the address.</summary>
    public static Caller Of(HttpContext http, HubSettings settings)
    {
        if (http.User.Identity is not { IsAuthenticated: true } || http.User.FindFirst(ClaimTypes.NameIdentifier)?.Value is not { } account)
        {
            return new Caller(AddressOf(http), null, IsAlone(http, settings));
        }

        return http.User.FindFirst(HubClaims.Key)?.Value is { } key && int.TryParse(http.User.FindFirst(RateClaim)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var own)
            ? new Caller(key, own, IsOwner: false)
            : new Caller(account, null, http.User.IsLocal());
    }

    /// <summary>The address that a request came from; of IPv6 its /64.</summary>
    public static string AddressOf(HttpContext http) => NameOf(http.Connection.RemoteIpAddress);

    /// <summary>The name under which an address is counted.</summary>
    public static string NameOf(IPAddress? address)
    {
        if (address is null || address.AddressFamily == AddressFamily.InterNetwork)
        {
            return address?.ToString() ?? "";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return $"{new IPAddress(bytes)}/64";
    }

    // This machine's own programs on a hub that only this machine reaches, before anybody was asked who he is.
    private static bool IsAlone(HttpContext http, HubSettings settings) =>
        !AccountsMode.IsReachable(settings) && settings.Proxies.Count == 0
        && http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);
}
