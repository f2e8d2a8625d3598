using System.Globalization;

namespace DiffusionHub.Postgres;

/// <summary>
/// Whom the server runs as. PostgreSQL refuses to run as root, so root's server belongs to the owner of its folder, and a new folder to
/// an unprivileged user.
/// </summary>
/// <param name="User">Numeric user, or null: whoever runs the hub.</param>
/// <param name="Group">Numeric group, or null.</param>
internal sealed record ServerUser(uint? User, uint? Group)
{
    private const uint Nobody = 65534;

    /// <summary>The user for the cluster in <paramref name="folder"/>, which need not exist yet.</summary>
    public static async Task<ServerUser> OfAsync(string folder, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new ServerUser(null, null);
        }

        var (code, output) = Directory.Exists(folder)
            ? await Programs.RunAsync(Programs.Start("stat", "-c", "%u %g", folder), null, cancellationToken)
            : (1, "");
        var ids = output.Split(' ');
        return code == 0 && uint.TryParse(ids[0], CultureInfo.InvariantCulture, out var user) && user != 0
            ? new ServerUser(user, uint.Parse(ids[1], CultureInfo.InvariantCulture))
            : new ServerUser(Nobody, Nobody);
    }

    /// <summary>The words before a command that make it run as this user, ending when the thread that started it ends.</summary>
    /// <remarks>setsid: a Ctrl+C on the terminal is the hub's to decide about, and must not stop the database under a working worker.</remarks>
    public IEnumerable<string> Prefix(string deathSignal)
    {
        yield return "setsid";
        yield return "setpriv";
        yield return $"--pdeathsig={deathSignal}";
        if (User is { } user)
        {
            yield return $"--reuid={user}";
            yield return $"--regid={Group}";
            yield return "--clear-groups";
        }
    }

    /// <summary>Hands a file or folder over to this user.</summary>
    public void Own(string path)
    {
        if (User is { } user)
        {
            NativeCalls.ChangeOwner(path, user, Group!.Value);
        }
    }

    /// <summary>The first folder on the way to <paramref name="path"/> (itself included) that this user cannot enter; null: none.</summary>
    public async Task<string?> BlockedByAsync(string path, CancellationToken cancellationToken)
    {
        if (User is null)
        {
            return null;
        }

        var way = new Stack<string>();
        for (var folder = Path.GetFullPath(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            way.Push(folder);
        }

        // Asked of the system rather than worked out from mode bits: ACLs and read-only or no-exec mounts count too.
        const string script = "for folder; do if [ -e \"$folder\" ] && [ ! -x \"$folder\" ]; then printf %s \"$folder\"; exit 1; fi; done";
        var start = Programs.Start("setsid", [.. Prefix("KILL").Skip(1), "sh", "-c", script, "sh", .. way]);
        var (code, output) = await Programs.RunAsync(start, null, cancellationToken);
        return code == 0 ? null : output;
    }
}
