using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using DatacenterOst.Store.Schema;

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
            return (StagingNames().Replace(text, match => $"{match.Groups["before"].Value} {SourceOf(match.Groups["table"].Value, match.Groups["alias"].Value)}"), named);
        });
        if (tables.Length == 0)
        {
            return;
        }

        command.CommandText = text;
        foreach (var table in tables)
        {
            Fill(command, staged.GetValueOrDefault(table) ?? new StagedRows(StagingTable.Named(table)));
        }
    }

    private static string SourceOf(string table, string alias)
    {
        var columns = StagingTable.Named(table).Columns;
        var arrays = columns.Select((column, place) => $"{ParameterOf(table, place)}::{TypeOf(column.Type)}[]");
        var names = columns.Select(column => column.Type == ColumnType.Longs ? $"{column.Name}::bigint[]" : column.Name);
        return $"""
            (select {string.Join(", ", names)} from unnest({string.Join(", ", arrays)})
            as x({string.Join(", ", columns.Select(column => column.Name))})) {(alias.Length > 0 ? alias : table)}
            """;
    }

    private static void Fill(DbCommand command, StagedRows rows)
    {
        for (var column = 0; column < rows.Table.Columns.Count; column++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = ParameterOf(rows.Table.Name, column);
            parameter.Value = Values(rows, column);
            command.Parameters.Add(parameter);
        }
    }

    private static string ParameterOf(string table, int column) => string.Create(CultureInfo.InvariantCulture, $"@{table}_{column}");

    private static object Values(StagedRows rows, int column)
    {
        var shape = rows.Table.Columns[column];
        return shape.Type switch
        {
            ColumnType.Long when shape.IsNullable => rows.Column<long?>(column, cell => cell.IsNull ? null : cell.Number),
            ColumnType.Long => rows.Column(column, cell => cell.Number),
            ColumnType.Int => rows.Column(column, cell => (int)cell.Number),
            ColumnType.Short => rows.Column(column, cell => (short)cell.Number),
            ColumnType.Real when shape.IsNullable => rows.Column<double?>(column, cell => cell.IsNull ? null : cell.Real),
            ColumnType.Real => rows.Column(column, cell => cell.Real),
            ColumnType.Text => rows.Column(column, cell => cell.Other as string),
            ColumnType.Blob => rows.Column(column, cell => (byte[])cell.Other!),
            ColumnType.Longs => rows.Column(column, cell => "{" + string.Join(',', (long[])cell.Other!) + "}"), // arrays of unequal length are none to unnest
            _ => throw new ArgumentOutOfRangeException(nameof(column)),
        };
    }

    private static string TypeOf(ColumnType type) => type switch
    {
        ColumnType.Long => "bigint",
        ColumnType.Int => "integer",
        ColumnType.Short => "smallint",
        ColumnType.Real => "double precision",
        ColumnType.Text or ColumnType.Longs => "text",
        ColumnType.Blob => "bytea",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    [GeneratedRegex(@"\b(?<before>from|join)\s+(?<table>staged_\w+)(\s+(?!where\b|order\b|join\b|cross\b|on\b|group\b)(?<alias>[a-z]\w*))?")]
    private static partial Regex StagingNames();
}
