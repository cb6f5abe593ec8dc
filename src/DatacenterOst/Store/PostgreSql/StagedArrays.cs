using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using DatacenterOst.Store.Schema;
using Npgsql;

namespace DatacenterOst.Store.PostgreSql;

/// <summary>
/// Staged rows as arrays, one parameter for each column, that a statement reads by unnest. Temporary tables would take the same SQL,
/// but PostgreSQL truncates each of them at every commit, and forgets its plans: for a single write that was most of the work.
/// </summary>
internal sealed partial class StagedArrays
{
    private static readonly ConcurrentDictionary<string, (string Text, string[] Tables)> Expanded = new(StringComparer.Ordinal);

    private readonly Dictionary<string, StagedRows> staged = new(StringComparer.Ordinal);

    public void Put(StagedRows rows) => staged[rows.Table.Name] = rows;

    /// <summary>Puts the arrays in the place of the staging tables that the statement names.</summary>
    public void Expand(DbCommand command)
    {
        var (text, tables) = Expanded.GetOrAdd(command.CommandText, static text =>
        {
            var named = StagingNames().Matches(text).Select(match => match.Groups["table"].Value).Distinct().ToArray();
            return (StagingNames().Replace(text, match => $"{match.Groups["before"].Value} {SourceOf(match, text, named)}"), named);
        });
        if (tables.Length == 0)
        {
            return;
        }

        command.CommandText = text;
        var isNamed = text.Contains('@', StringComparison.Ordinal);
        foreach (var table in tables)
        {
            var rows = staged.GetValueOrDefault(table) ?? new StagedRows(StagingTable.Named(table));
            for (var column = 0; column < rows.Table.Columns.Count; column++)
            {
                var parameter = Parameter(rows, column);
                parameter.ParameterName = isNamed ? Named(table, column) : "";
                command.Parameters.Add(parameter);
            }
        }
    }

    /// <summary>The cells of one column as an array.</summary>
    public static NpgsqlParameter Parameter(StagedRows rows, int column)
    {
        var shape = rows.Table.Columns[column];
        return shape.Type switch
        {
            ColumnType.Long when shape.IsNullable => Of(rows.Column<long?>(column, cell => cell.IsNull ? null : cell.Number)),
            ColumnType.Long => Of(rows.Column(column, cell => cell.Number)),
            ColumnType.Int when shape.IsNullable => Of(rows.Column<int?>(column, cell => cell.IsNull ? null : (int)cell.Number)),
            ColumnType.Int => Of(rows.Column(column, cell => (int)cell.Number)),
            ColumnType.Short => Of(rows.Column(column, cell => (short)cell.Number)),
            ColumnType.Real when shape.IsNullable => Of(rows.Column<double?>(column, cell => cell.IsNull ? null : cell.Real)),
            ColumnType.Real => Of(rows.Column(column, cell => cell.Real)),
            ColumnType.Text => Of(rows.Column(column, cell => cell.Other as string)),
            ColumnType.Blob => Of(rows.Column(column, cell => (byte[])cell.Other!)),
            ColumnType.Uuid => Of(rows.Column(column, cell => KeyBytes.Uuid((byte[])cell.Other!))),
            _ => throw new ArgumentOutOfRangeException(nameof(column)),
        };
    }

    public static NpgsqlParameter Of<T>(T[] values) => new NpgsqlParameter<T[]> { TypedValue = values };

    public static string TypeOf(ColumnType type) => type switch
    {
        ColumnType.Long => "bigint",
        ColumnType.Int => "integer",
        ColumnType.Short => "smallint",
        ColumnType.Real => "double precision",
        ColumnType.Text => "text",
        ColumnType.Blob => "bytea",
        ColumnType.Uuid => "uuid",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    // Parameters by their place, where the statement has no others with names: then it need not be parsed at every use.
    private static string SourceOf(Match match, string text, string[] tables)
    {
        var (table, alias) = (match.Groups["table"].Value, match.Groups["alias"].Value);
        var isNamed = text.Contains('@', StringComparison.Ordinal);
        var before = tables.TakeWhile(other => other != table).Sum(other => StagingTable.Named(other).Columns.Count);
        var columns = StagingTable.Named(table).Columns;
        var arrays = columns.Select((column, place) =>
            $"{(isNamed ? Named(table, place) : string.Create(CultureInfo.InvariantCulture, $"${before + place + 1}"))}::{TypeOf(column.Type)}[]");
        return $"unnest({string.Join(", ", arrays)}) as {(alias.Length > 0 ? alias : table)}({string.Join(", ", columns.Select(column => column.Name))})";
    }

    private static string Named(string table, int column) => string.Create(CultureInfo.InvariantCulture, $"@{table}_{column}");

    [GeneratedRegex(@"\b(?<before>from|join)\s+(?<table>staged_\w+)(\s+(?!where\b|order\b|join\b|cross\b|on\b|group\b)(?<alias>[a-z]\w*))?")]
    private static partial Regex StagingNames();
}
