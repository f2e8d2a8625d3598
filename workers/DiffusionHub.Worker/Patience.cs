using DiffusionHub.Queue;

namespace DiffusionHub.Worker;

/// <summary>What must reach the database is asked again until it answers.</summary>
internal static class Patience
{
    /// <summary>The topic of the database's problems in <see cref="WorkerState"/>.</summary>
    public const string DatabaseTopic = "database";

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>Asks again, with growing pauses, as long as the database is out of reach.</summary>
    /// <param name="state">Where the problem is told.</param>
    /// <param name="ask">A statement that may be repeated.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<T> UntilDatabaseAnswersAsync<T>(WorkerState state, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        for (var pause = First; ; pause = pause * 2 < Longest ? pause * 2 : Longest)
        {
            try
            {
                var answer = await ask();
                state.Set(DatabaseTopic, null);
                return answer;
            }
            catch (QueueUnavailableException e)
            {
                state.Set(DatabaseTopic, e.Message);
            }

            await Task.Delay(pause, cancellationToken);
        }
    }
}
