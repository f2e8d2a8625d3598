using DiffusionHub.Data;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DiffusionHub.Migrations.Versions;

/// <summary>What goes with models, what is wrong with broken ones, and which worker has what.</summary>
[DbContext(typeof(HubDbContext))]
[Migration("0002_Catalogue")]
public sealed class V0002Catalogue : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlFile.Read("0002-catalogue.sql"));

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SqlFile.Read("0002-catalogue-down.sql"));
}
