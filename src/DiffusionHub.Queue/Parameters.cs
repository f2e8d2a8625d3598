using Npgsql;
using NpgsqlTypes;

namespace DiffusionHub.Queue;

/// <summary>Positional parameters with their types stated, so that nulls and empty arrays keep theirs.</summary>
internal static class Parameters
{
    public static NpgsqlParameter Of(long value) => new NpgsqlParameter<long> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bigint };

    public static NpgsqlParameter Of(int value) => new NpgsqlParameter<int> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Integer };

    public static NpgsqlParameter Of(short value) => new NpgsqlParameter<short> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Smallint };

    public static NpgsqlParameter Of(bool value) => new NpgsqlParameter<bool> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Boolean };

    public static NpgsqlParameter Of(double value) => new NpgsqlParameter<double> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Double };

    public static NpgsqlParameter Of(Guid value) => new NpgsqlParameter<Guid> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Uuid };

    public static NpgsqlParameter Of(string? value) => Nullable(value, NpgsqlDbType.Text);

    public static NpgsqlParameter Of(long? value) => Nullable(value, NpgsqlDbType.Bigint);

    public static NpgsqlParameter Of(Guid? value) => Nullable(value, NpgsqlDbType.Uuid);

    public static NpgsqlParameter Of(byte[]? value) => Nullable(value, NpgsqlDbType.Bytea);

    public static NpgsqlParameter Of(int? value) => Nullable(value, NpgsqlDbType.Integer);

    public static NpgsqlParameter Of(bool? value) => Nullable(value, NpgsqlDbType.Boolean);

    public static NpgsqlParameter Of(double? value) => Nullable(value, NpgsqlDbType.Double);

    public static NpgsqlParameter Of(DateTimeOffset? value) => Nullable(value?.ToUniversalTime(), NpgsqlDbType.TimestampTz);

    public static NpgsqlParameter Of(long[]? values) => Nullable(values, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static NpgsqlParameter Of(int?[] values) => Nullable(values, NpgsqlDbType.Array | NpgsqlDbType.Integer);

    public static NpgsqlParameter Of(int[] values) => Nullable(values, NpgsqlDbType.Array | NpgsqlDbType.Integer);

    public static NpgsqlParameter Of(long?[] values) => Nullable(values, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static NpgsqlParameter Of(double?[] values) => Nullable(values, NpgsqlDbType.Array | NpgsqlDbType.Double);

    public static NpgsqlParameter Of(DateTimeOffset?[] values) =>
        Nullable(values.Select(v => v?.ToUniversalTime()).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);

    public static NpgsqlParameter Of(Guid[] values) => Nullable(values, NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    public static NpgsqlParameter Of(string?[] values) => Nullable(values, NpgsqlDbType.Array | NpgsqlDbType.Text);

    private static NpgsqlParameter Nullable(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
