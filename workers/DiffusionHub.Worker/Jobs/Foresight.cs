using System.Collections.Concurrent;
using DiffusionHub.Worker.Computing;

namespace DiffusionHub.Worker.Jobs;

/// <summary>
/// Knows from earlier pictures how long the last stage takes, the decoder's, so that the next job is fetched while it runs: just before its end, because
/// what is fetched no other worker can take.
/// </summary>
internal sealed class Foresight
{
    // What fetching takes, with some to spare.
    private static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(60);
    private readonly ConcurrentDictionary<(string Model, int Width, int Height), TimeSpan> _decoding = new();

    /// <summary>A picture's decoder took that long.</summary>
    public void Learn(JobRequest request, TimeSpan took) => _decoding[KeyOf(request)] = took;

    /// <summary>The last stage begins. Of what was never seen the next job is fetched when it has ended.</summary>
    public void Ends(JobRequest request, Floor.Place place)
    {
        if (!_decoding.TryGetValue(KeyOf(request), out var takes))
        {
            return;
        }

        if (takes <= Ahead)
        {
            place.BeginsToLeave();
            return;
        }

        _ = LaterAsync(place, takes - Ahead);
    }

    private static async Task LaterAsync(Floor.Place place, TimeSpan wait)
    {
        await Task.Delay(wait);
        place.BeginsToLeave();
    }

    private static (string Model, int Width, int Height) KeyOf(JobRequest request) => (request.Model.Name, request.Run.Width, request.Run.Height);
}
