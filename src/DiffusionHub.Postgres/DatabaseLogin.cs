namespace DiffusionHub.Postgres;

/// <summary>Who a connection string makes one, and where.</summary>
/// <param name="Role">The role.</param>
/// <param name="IsSuperuser">Whether nothing is forbidden to it.</param>
/// <param name="Database">The database.</param>
/// <param name="ServerStarted">When the server was started: tells servers apart however they are addressed.</param>
public sealed record DatabaseLogin(string Role, bool IsSuperuser, string Database, DateTimeOffset ServerStarted)
{
    /// <summary>Whether both lead to the same database.</summary>
    public bool IsBeside(DatabaseLogin other) => Database == other.Database && ServerStarted == other.ServerStarted;
}
