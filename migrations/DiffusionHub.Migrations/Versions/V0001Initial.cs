using DiffusionHub.Data;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DiffusionHub.Migrations.Versions;

/// <summary>People, pictures, models, and the queue.</summary>
[DbContext(typeof(HubDbContext))]
[Migration("0001_Initial")]
public sealed class V0001Initial : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(SqlFile.Read("0001-hub.sql"));
        migrationBuilder.Sql(SqlFile.Read("0001-queue.sql"));
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(SqlFile.Read("0001-queue-down.sql"));
        migrationBuilder.Sql(SqlFile.Read("0001-hub-down.sql"));
    }
}
