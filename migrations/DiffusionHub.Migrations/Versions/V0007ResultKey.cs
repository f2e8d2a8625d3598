using DiffusionHub.Data;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DiffusionHub.Migrations.Versions;

/// <summary>What a picture was made from, by which the same request finds it again.</summary>
[DbContext(typeof(HubDbContext))]
[Migration("0007_ResultKey")]
public sealed class V0007ResultKey : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlFile.Read("0007-result-key.sql"));

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlFile.Read("0007-result-key-down.sql"));
}
