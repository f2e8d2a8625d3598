using System.Collections.Concurrent;
using System.Security.Claims;
using DiffusionHub.People.Keys;
using DiffusionHub.People.Sessions;
using DiffusionHub.Web.Shared.Data;

namespace DiffusionHub.Web.Shared.People;

/// <summary>One open circuit or live line.</summary>
/// <param name="who">The principal with which it was opened.</param>
/// <param name="role">The role that it knows of.</param>
/// <param name="ended">Called once when the person may not be here any more.</param>
/// <param name="changed">Called when the person's role is another one.</param>
internal sealed class OpenLine(ClaimsPrincipal who, string role, Action ended, Action changed)
{
    private volatile bool _over;

    /// <summary>The principal with which it was opened.</summary>
    public ClaimsPrincipal Who { get; } = who;

    /// <summary>The last role that was told.</summary>
    public string Known { get; set; } = role;

    /// <summary>Whether it has ended: nothing that comes over it counts.</summary>
    public bool Over => _over;

    /// <summary>Tells of another role.</summary>
    public void Change() => changed();

    /// <summary>Ends it.</summary>
    public void End()
    {
        _over = true;
        ended();
    }
}

/// <summary>
/// Circuits and live lines stay open for hours; a request's check at their beginning is not enough. Each second it is looked whether their
/// sessions, keys and people still are what they were: what was taken away is felt within five seconds.
/// </summary>
internal sealed partial class OpenLines(SessionBook sessions, KeyRing keys, PersonReader reader, AccountsMode mode, TimeProvider time, ILogger<OpenLines> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<OpenLine, bool> _lines = new();

    /// <summary>Watches a line until it is removed.</summary>
    public void Add(OpenLine line) => _lines[line] = true;

    /// <summary>It was closed.</summary>
    public void Remove(OpenLine line) => _lines.TryRemove(line, out _);

    /// <summary>Ends what has to end.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await mode.RefreshAsync(cancellationToken);
        var lines = _lines.Keys.ToList();
        if (lines.Count == 0)
        {
            return;
        }

        var liveSessions = await AliveAsync(lines, HubClaims.Session, sessions.AliveAsync, cancellationToken);
        var liveKeys = await AliveAsync(lines, HubClaims.Key, keys.AliveAsync, cancellationToken);
        foreach (var line in lines)
        {
            var person = await reader.ReadAsync(line.Who, cancellationToken);
            var ended = person is null || (line.Who.IdOf(HubClaims.Session) is { } session && !liveSessions.Contains(session))
                || (line.Who.IdOf(HubClaims.Key) is { } key && !liveKeys.Contains(key));
            if (ended)
            {
                Remove(line);
                line.End();
            }
            else if (person!.Role != line.Known)
            {
                line.Known = person.Role;
                line.Change();
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        var told = false;
        do
        {
            try
            {
                await CheckAsync(stoppingToken);
                told = false;
            }
            catch (Exception e) when (HubDatabase.IsAway(e))
            {
                // Nobody can do anything that needs the database; lines are looked at again once it is back.
                if (!told)
                {
                    CannotLook(logger, e.Message);
                }

                told = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static async Task<IReadOnlySet<Guid>> AliveAsync(
        List<OpenLine> lines, string claim, Func<IReadOnlyCollection<Guid>, CancellationToken, Task<IReadOnlySet<Guid>>> read, CancellationToken cancellationToken)
    {
        List<Guid> ids = [.. lines.Select(l => l.Who.IdOf(claim)).OfType<Guid>().Distinct()];
        return ids.Count == 0 ? new HashSet<Guid>() : await read(ids, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Open lines cannot be looked at while the database is away: {Reason}")]
    private static partial void CannotLook(ILogger logger, string reason);
}
