using DiffusionHub.Migrations;
using DiffusionHub.People;
using DiffusionHub.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Data.Tests;

public sealed class HubAgreementTests() : ModelAgreementTests(
    HubDbContext.Schema, database => new HubDbContext(new DbContextOptionsBuilder<HubDbContext>().UseNpgsql(database).Options));

// Pictures are not the people context's.
public sealed class PeopleAgreementTests() : ModelAgreementTests(
    PeopleDbContext.Schema, database => new PeopleDbContext(new DbContextOptionsBuilder<PeopleDbContext>().UseNpgsql(database).Options),
    "report_picture_id_fkey: report -> picture");

/// <summary>The hand-written migrations and the EF model describe one database: held against each other table by table.</summary>
public abstract class ModelAgreementTests(string schema, Func<string, DbContext> open, params string[] unknown) : IAsyncLifetime
{
    private string _database = "";
    private DbContext _context = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestServer.NewDatabaseAsync();
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(_database), TestServer.Role);
        _context = open(_database);
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private IEnumerable<ITable> Tables => _context.GetService<IDesignTimeModel>().Model.GetRelationalModel().Tables.Where(t => t.Schema == schema);

    [Fact]
    public async Task Tables_are_the_same()
    {
        var actual = await ReadAsync($"SELECT relname FROM pg_class WHERE relnamespace = '{schema}'::regnamespace AND relkind = 'r' AND relname <> 'migration'");
        actual.Order(StringComparer.Ordinal).ShouldBe(Tables.Select(t => t.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Columns_have_the_same_names_types_and_nullability()
    {
        var actual = await ReadAsync($"""
            SELECT format('%s.%s %s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relnamespace = '{schema}'::regnamespace AND c.relkind = 'r' AND c.relname <> 'migration' AND a.attnum > 0 AND NOT a.attisdropped
            """);
        var expected = Tables.SelectMany(t => t.Columns.Select(c => $"{t.Name}.{c.Name} {c.StoreType}{(c.IsNullable ? "" : " NOT NULL")}"));
        actual.Order(StringComparer.Ordinal).ShouldBe(expected.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Columns_have_defaults_where_the_model_says_so()
    {
        var actual = await ReadAsync($"""
            SELECT format('%s.%s = %s', c.relname, a.attname, pg_get_expr(d.adbin, d.adrelid))
            FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum
            WHERE c.relnamespace = '{schema}'::regnamespace AND c.relname <> 'migration'
            """);
        var expected = Tables.SelectMany(t => t.Columns.Select(c => (t, c)))
            .Where(x => x.c.DefaultValueSql is not null || x.c.DefaultValue is not null)
            .Select(x => $"{x.t.Name}.{x.c.Name} = {x.c.DefaultValueSql ?? (x.c.DefaultValue is bool b ? b ? "true" : "false" : x.c.DefaultValue!.ToString())}");
        actual.Order(StringComparer.Ordinal).ShouldBe(expected.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Keys_and_indexes_are_the_same()
    {
        var actual = await ReadAsync($"""
            SELECT format('%s(%s)%s', c.relname, (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(i.indkey) WITH ORDINALITY k(attnum, n)
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum), CASE WHEN i.indisunique THEN ' unique' ELSE '' END)
            FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
            WHERE c.relnamespace = '{schema}'::regnamespace AND c.relname <> 'migration'
            """);
        var expected = Tables.SelectMany(t => t.UniqueConstraints.Select(k => $"{t.Name}({Names(k.Columns)}) unique")
            .Concat(t.Indexes.Select(i => $"{t.Name}({Names(i.Columns)}){(i.IsUnique ? " unique" : "")}")));
        actual.Order(StringComparer.Ordinal).ShouldBe(expected.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Foreign_keys_are_the_same()
    {
        var actual = await ReadAsync($"""
            SELECT format('%s: %s -> %s', k.conname, f.relname, t.relname)
            FROM pg_constraint k JOIN pg_class f ON f.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
            WHERE k.contype = 'f' AND k.connamespace = '{schema}'::regnamespace
            """);
        var expected = Tables.SelectMany(t => t.ForeignKeyConstraints)
            .Select(f => $"{f.Name}: {f.Table.Name} -> {f.PrincipalTable.Name}").Concat(unknown);
        actual.Order(StringComparer.Ordinal).ShouldBe(expected.Order(StringComparer.Ordinal));
    }

    private static string Names(IEnumerable<IColumnBase> columns) => string.Join(',', columns.Select(c => c.Name));

    private async Task<List<string>> ReadAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_database);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
