using DiffusionHub.Data;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DiffusionHub.Migrations.Versions;

/// <summary>Statistics of ended jobs, what recurring jobs did last, and the tables of their scheduler.</summary>
[DbContext(typeof(HubDbContext))]
[Migration("0004_Housekeeping")]
public sealed class V0004Housekeeping : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(SqlFile.Read("0004-housekeeping.sql"));
        migrationBuilder.Sql(SqlFile.Read("0004-quartz.sql"));
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(SqlFile.Read("0004-quartz-down.sql"));
        migrationBuilder.Sql(SqlFile.Read("0004-housekeeping-down.sql"));
    }
}
