using Npgsql;

namespace DiffusionHub.Migrations;

/// <summary>What the application's role is allowed: <c>grants.sql</c>.</summary>
internal static class Grants
{
    /// <summary>Gives and takes it, in one transaction, so that there is no moment with too much or too little.</summary>
    /// <param name="owner">An open connection of the role that everything belongs to.</param>
    /// <param name="applicationRole">Whom; null, or the owner itself: nothing is done, because owners cannot be forbidden anything for good.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task GiveAsync(NpgsqlConnection owner, string? applicationRole, CancellationToken cancellationToken)
    {
        await using var whoAmI = new NpgsqlCommand("SELECT current_user::text", owner);
        if (applicationRole is null || applicationRole == (string)(await whoAmI.ExecuteScalarAsync(cancellationToken))!)
        {
            return;
        }

        using var names = new NpgsqlCommandBuilder();
        await using var transaction = await owner.BeginTransactionAsync(cancellationToken);
        await using var grants = new NpgsqlCommand(SqlFile.Read("grants.sql").Replace(":\"application\"", names.QuoteIdentifier(applicationRole), StringComparison.Ordinal), owner, transaction);
        await grants.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
