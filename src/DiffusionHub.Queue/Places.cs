using Npgsql;

namespace DiffusionHub.Queue;

/// <summary>Keeps the front of each person's jobs placed in the line (refill.sql).</summary>
internal static class Places
{
    /// <summary>Places the next jobs of one person, lane and model.</summary>
    public static Task<int> RefillAsync(NpgsqlDataSource dataSource, string lane, Guid owner, string model, CancellationToken cancellationToken) =>
        dataSource.RunAsync(
            async connection =>
            {
                await using var refill = connection.Command(Sql.Refill, Parameters.Of(lane), Parameters.Of(owner), Parameters.Of(model));
                return await refill.ExecuteNonQueryAsync(cancellationToken);
            },
            repeatable: true,
            cancellationToken);

    /// <summary>Places the next jobs of everyone who has few placed ones; the number of those it looked at.</summary>
    public static async Task<int> RefillAllAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        var thin = await dataSource.RunAsync(
            connection => connection.Command(Sql.FindThin).ReadAsync(r => (Lane: r.GetString(0), Owner: r.GetGuid(1), Model: r.GetString(2)), cancellationToken),
            repeatable: true,
            cancellationToken);
        foreach (var (lane, owner, model) in thin)
        {
            await RefillAsync(dataSource, lane, owner, model, cancellationToken);
        }

        return thin.Count;
    }

    /// <summary>Ends what waited for jobs that have failed or were cancelled, and what waited for those.</summary>
    public static async Task<IReadOnlyList<long>> EndDependentsAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        var ended = new List<long>();
        for (var last = -1; last != ended.Count;)
        {
            last = ended.Count;
            ended.AddRange(await dataSource.RunAsync(
                connection => connection.Command(Sql.EndDependents, Parameters.Of(QueueTexts.OtherJobFailed)).ReadAsync(r => r.GetInt64(0), cancellationToken),
                repeatable: true,
                cancellationToken));
        }

        return ended;
    }
}
