using System.Data.Common;

namespace DatacenterOst.Store;

/// <summary>Commands with parameters in one line, the same for both stores.</summary>
internal static class Sql
{
    public static DbCommand Command(this DbConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
        {
            command.With(name, value);
        }

        return command;
    }

    public static DbCommand With(this DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value is string text ? Storable(text) : value ?? DBNull.Value;
        command.Parameters.Add(parameter);
        return command;
    }

    public static async Task<int> Execute(this DbCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    public static async Task<List<T>> Rows<T>(this DbCommand command, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(read(reader));
            }

            return rows;
        }
    }

    /// <summary>
    /// PostgreSQL takes no NUL in text, and half a surrogate pair is no UTF-8. Both come from broken senders; the raw bytes
    /// are kept, and the text shows that something was there.
    /// </summary>
    public static string Storable(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 && !text.Contains('\0', StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return System.Text.Encoding.UTF8.GetString(bytes).Replace('\0', '\uFFFD');
    }

    public static byte[] Bytes(this DbDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);

    public static UInt128 Key(this DbDataReader reader, int column) => KeyBytes.From(reader.Bytes(column));

    /// <summary>The key in a column of <see cref="Schema.ColumnType.Uuid"/>.</summary>
    public static UInt128 Uuid(this DbDataReader reader, int column) =>
        reader is Npgsql.NpgsqlDataReader ? KeyBytes.From(reader.GetGuid(column)) : reader.Key(column);

    /// <summary>Null for empty bytes.</summary>
    public static UInt128? KeyOrNull(this DbDataReader reader, int column) => reader.Bytes(column) is { Length: 16 } bytes ? KeyBytes.From(bytes) : null;

    public static string? TextOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static long? LongOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
}
