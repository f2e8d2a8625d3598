namespace DiffusionHub.Web.Shared.Net.Limits;

/// <summary>How much one may ask for: so many a minute, and so many at once after a pause.</summary>
/// <param name="AMinute">Requests a minute, for ever.</param>
/// <param name="Burst">Requests at once.</param>
internal sealed record Rate(int AMinute, int Burst);

/// <summary>
/// The numbers, each with its reason. They hold on each web node, for an account where one is signed in and else for an address (of IPv6 a
/// /64, which is what one connection gets). Somebody who uses the hub by hand does not come near them.
/// </summary>
internal static class RateNumbers
{
    /// <summary>Passwords, codes, links: 10 a minute are 14,400 a day, hopeless against 12 characters. A family behind one address may sign in all at once.</summary>
    public static readonly Rate SignIn = new(10, 20);

    /// <summary>Keys that are none: a program with an old key tries again and again; each look costs the database a statement.</summary>
    public static readonly Rate WrongKey = new(30, 60);

    /// <summary>Submits and uploads: an upload costs up to a second of decoding. How many pictures one may ask for is a matter of quotas.</summary>
    public static readonly Rate Submit = new(120, 120);

    /// <summary>Pages and the API: a page is some 20 ms of rendering; a program that polls ten jobs each second has room.</summary>
    public static readonly Rate General = new(1200, 600);

    /// <summary>Scripts, styles and pictures: a gallery page loads 48 thumbnails, and somebody who scrolls a hundred pages in a minute 4,800.</summary>
    public static readonly Rate File = new(6000, 2400);

    /// <summary>Circuits and live lines that may be open: each tab is one. A circuit holds some 250 kB.</summary>
    public const int OpenLines = 50;

    /// <summary>What the owner of a hub without accounts gets, times as much: the limits are there for strangers, and his own programs are none.</summary>
    public const int OwnerTimes = 50;

    /// <summary>Messages on a socket each second; more are read later, not refused. Dragging a slider sends some 60.</summary>
    public const int FramesASecond = 100;

    /// <summary>Messages on a socket at once.</summary>
    public const int FramesAtOnce = 500;

    /// <summary>Bytes on a socket each second: a message of the largest size each two.</summary>
    public const int BytesASecond = 512 * 1024;

    /// <summary>Bytes on a socket at once.</summary>
    public const int BytesAtOnce = 4 * 1024 * 1024;

    /// <summary>Calls on one live line each second; more are refused with a sentence.</summary>
    public const int CallsASecond = 20;

    /// <summary>Calls on one live line at once.</summary>
    public const int CallsAtOnce = 200;

    /// <summary>Refused calls after which a live line is closed: its program does not listen.</summary>
    public const int CallsRefused = 1000;

    /// <summary>Events of one page each second, before its circuit is ended. Many fit in one message, so the socket's limit is none for them.</summary>
    public const int EventsASecond = 200;

    /// <summary>Events of one page at once.</summary>
    public const int EventsAtOnce = 2000;

    /// <summary>TCP connections of one address; a browser opens 6 and a line for each tab, and a whole office may be behind one address.</summary>
    public const int ConnectionsOfAddress = 512;
}
