namespace DiffusionHub.Web.Shared.Housekeeping;

/// <summary>Something that is done again and again, by one web node at a time. It may be broken off at any point and run again.</summary>
internal interface IChore
{
    /// <summary>One lower-case word, kept in the database.</summary>
    string Name { get; }

    /// <summary>When it is due, in UTC: seconds, minutes, hours, days, months, days of the week.</summary>
    string Cron { get; }

    /// <summary>Does it.</summary>
    /// <returns>How much there was to do: rows or files removed, rows summed, things found.</returns>
    Task<long> RunAsync(CancellationToken cancellationToken);
}
