using DiffusionHub.Data;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DiffusionHub.Migrations.Versions;

/// <summary>Accounts, roles, sessions, keys, content rules and the audit log.</summary>
[DbContext(typeof(HubDbContext))]
[Migration("0008_People")]
public sealed class V0008People : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlFile.Read("0008-people.sql"));

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlFile.Read("0008-people-down.sql"));
}
