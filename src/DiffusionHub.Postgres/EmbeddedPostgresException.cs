namespace DiffusionHub.Postgres;

/// <summary>PostgreSQL cannot be used, for a reason the user can act upon. The message is written for the user and says what to do.</summary>
public sealed class EmbeddedPostgresException : Exception
{
    internal EmbeddedPostgresException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
