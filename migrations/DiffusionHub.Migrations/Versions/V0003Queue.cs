using DiffusionHub.Data;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DiffusionHub.Migrations.Versions;

/// <summary>Fair shares, learnt costs, dependencies and events of the queue.</summary>
[DbContext(typeof(HubDbContext))]
[Migration("0003_Queue")]
public sealed class V0003Queue : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlFile.Read("0003-queue.sql"));

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlFile.Read("0003-queue-down.sql"));
}
