using DiffusionHub.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace DiffusionHub.Migrations;

/// <summary>Brings a database to the newest schema. Sole owner of every schema of the hub, the queue's too.</summary>
public static class HubMigrator
{
    // Another node may be at a long migration.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Applies what is missing, each migration in its own transaction, under a lock, so that several nodes may start at once; then gives the
    /// application's role what it needs and nothing more (<c>grants.sql</c>).
    /// </summary>
    /// <param name="owner">Connection string of the role that everything is to belong to; it must be allowed to create schemas in the database.</param>
    /// <param name="applicationRole">The role that web and workers connect as; null, or the owner itself: there is but one role, and nothing to give.</param>
    /// <param name="cancellationToken">Stops between two migrations.</param>
    /// <returns>The migrations that were applied, oldest first; empty when there was nothing to do.</returns>
    public static async Task<IReadOnlyList<string>> MigrateAsync(string owner, string? applicationRole = null, CancellationToken cancellationToken = default)
    {
        await using var context = CreateContext(owner);
        var database = context.GetService<IRelationalDatabaseCreator>();
        if (!await database.ExistsAsync(cancellationToken))
        {
            await database.CreateAsync(cancellationToken);
        }

        // EF's own lock ends with the transaction of each migration: another node would begin between two. This one ends with the connection.
        context.Database.SetCommandTimeout(Patience);
        await context.Database.OpenConnectionAsync(cancellationToken);
        await context.Database.ExecuteSqlRawAsync("SELECT pg_advisory_lock(hashtext('hub.migration'))", cancellationToken);
        try
        {
            var missing = (await context.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
            await context.Database.MigrateAsync(cancellationToken);
            await Grants.GiveAsync((NpgsqlConnection)context.Database.GetDbConnection(), applicationRole, cancellationToken);
            return missing;
        }
        finally
        {
            // A pooled connection lives on.
            await context.Database.ExecuteSqlRawAsync("SELECT pg_advisory_unlock(hashtext('hub.migration'))", CancellationToken.None);
        }
    }

    /// <summary>Goes back to <paramref name="migration"/>, or to an empty database with <c>"0"</c>. For tests and emergencies: data is lost.</summary>
    public static async Task RevertAsync(string connectionString, string migration, CancellationToken cancellationToken = default)
    {
        await using var context = CreateContext(connectionString);
        await context.GetService<IMigrator>().MigrateAsync(migration, cancellationToken);
    }

    /// <summary>A context whose migrations are those of this assembly, recorded in <c>hub.migration</c>.</summary>
    internal static HubDbContext CreateContext(string connectionString) => new(new DbContextOptionsBuilder<HubDbContext>()
        .UseNpgsql(connectionString, npgsql => npgsql
            .MigrationsAssembly(typeof(HubMigrator).Assembly.GetName().Name)
            .MigrationsHistoryTable("migration", HubDbContext.Schema))
        // Migrations are written by hand, without a model snapshot: MigrationTests compares the model with the database instead.
        .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning))
        .Options);
}
