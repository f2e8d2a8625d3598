using DiffusionHub.Queue;
using Npgsql;

namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>The soak's own statements; the database is away now and then, so each is asked until it answers.</summary>
internal sealed class SoakDatabase(NpgsqlDataSource dataSource)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public NpgsqlDataSource DataSource => dataSource;

    /// <summary>Repeats what may be repeated until the database answers.</summary>
    /// <param name="ask">The statement.</param>
    /// <param name="stop">Gives up.</param>
    /// <param name="unanswered">Told each time no answer came.</param>
    public static async Task<T> PatientlyAsync<T>(Func<Task<T>> ask, CancellationToken stop, Action? unanswered = null)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (Exception e) when (e is QueueUnavailableException || QueueDatabase.IsUnavailable(e))
            {
                unanswered?.Invoke();
            }

            await Task.Delay(Pause, stop);
        }
    }

    /// <summary>Every row of a statement.</summary>
    public Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> row, CancellationToken stop, params object[] values) => PatientlyAsync(
        async () =>
        {
            await using var command = dataSource.CreateCommand(sql);
            foreach (var value in values)
            {
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            }

            await using var reader = await command.ExecuteReaderAsync(stop);
            var rows = new List<T>();
            while (await reader.ReadAsync(stop))
            {
                rows.Add(row(reader));
            }

            return rows;
        },
        stop);
}
