using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using DatacenterOst.Store.Schema;
using Npgsql;
using NpgsqlTypes;

namespace DatacenterOst.Store.PostgreSql;

/// <summary>
/// Statements that add rows. A few are values in the statement, each a parameter; many are arrays, one a column. Reading arrays costs
/// PostgreSQL 50 µs before the first row, and 16 parameters for each row more than that where rows are many.
/// </summary>
internal static class Inserts
{
    /// <summary>Rows that are values in one statement; of 15 rows 8, 4, 2 and 1, so that few texts are kept prepared.</summary>
    private const int MaxValues = 8;

    private static readonly ConcurrentDictionary<(string Table, int Rows, WhatIsThere There), string> Texts = new();

    public static IEnumerable<DbCommand> Of(StagedRows rows, WhatIsThere there)
    {
        if (rows.Count >= 2 * MaxValues)
        {
            yield return Arrays(rows, there);
            yield break;
        }

        for (var row = 0; row < rows.Count;)
        {
            var together = 1 << System.Numerics.BitOperations.Log2((uint)Math.Min(rows.Count - row, MaxValues));
            yield return Values(rows, row, together, there);
            row += together;
        }
    }

    private static NpgsqlCommand Values(StagedRows rows, int first, int count, WhatIsThere there)
    {
        var columns = rows.Table.Columns;
        var command = new NpgsqlCommand(Texts.GetOrAdd((rows.Table.Name, count, there), static (key, table) =>
        {
            var places = table.Columns.Count;
            var values = Enumerable.Range(0, key.Rows).Select(row => $"({string.Join(", ", Enumerable.Range((row * places) + 1, places).Select(Place))})");
            return $"insert into {table.Name} ({table.ColumnList}) values {string.Join(", ", values)}{Unless(key.There)}";
        }, rows.Table));
        for (var row = first; row < first + count; row++)
        {
            for (var column = 0; column < columns.Count; column++)
            {
                command.Parameters.Add(Parameter(rows[row, column], columns[column].Type));
            }
        }

        return command;
    }

    private static NpgsqlCommand Arrays(StagedRows rows, WhatIsThere there)
    {
        var columns = rows.Table.Columns;
        var command = new NpgsqlCommand(Texts.GetOrAdd((rows.Table.Name, 0, there), static (key, table) => ArraysText(table) + Unless(key.There), rows.Table));
        for (var column = 0; column < columns.Count; column++)
        {
            if (columns[column].Type == ColumnType.Longs)
            {
                AddLists(command, rows.Column(column, cell => (long[])cell.Other!));
            }
            else
            {
                command.Parameters.Add(StagedArrays.Parameter(rows, column));
            }
        }

        return command;
    }

    // Lists of unequal length are no array of arrays: all of them in one, and for each where it begins and ends.
    private static void AddLists(NpgsqlCommand command, long[][] lists)
    {
        var (from, to, end) = (new int[lists.Length], new int[lists.Length], 0);
        for (var row = 0; row < lists.Length; row++)
        {
            (from[row], to[row]) = (end + 1, end + lists[row].Length);
            end = to[row];
        }

        command.Parameters.Add(StagedArrays.Of(lists.SelectMany(list => list).ToArray()));
        command.Parameters.Add(StagedArrays.Of(from));
        command.Parameters.Add(StagedArrays.Of(to));
    }

    private static string ArraysText(StagingTable table)
    {
        var (arrays, names, selected) = (new List<string>(), new List<string>(), new List<string>());
        var place = 1;
        foreach (var column in table.Columns)
        {
            if (column.Type == ColumnType.Longs)
            {
                selected.Add($"({Place(place)}::bigint[])[x.{column.Name}_from:x.{column.Name}_to]");
                arrays.AddRange([$"{Place(place + 1)}::integer[]", $"{Place(place + 2)}::integer[]"]);
                names.AddRange([$"{column.Name}_from", $"{column.Name}_to"]);
                place += 3;
            }
            else
            {
                selected.Add($"x.{column.Name}");
                arrays.Add($"{Place(place++)}::{StagedArrays.TypeOf(column.Type)}[]");
                names.Add(column.Name);
            }
        }

        return $"""
            insert into {table.Name} ({table.ColumnList}) select {string.Join(", ", selected)}
            from unnest({string.Join(", ", arrays)}) as x({string.Join(", ", names)})
            """;
    }

    private static string Unless(WhatIsThere there) => there == WhatIsThere.Stays ? " on conflict do nothing" : "";

    private static string Place(int place) => string.Create(CultureInfo.InvariantCulture, $"${place}");

    private static NpgsqlParameter Parameter(Cell cell, ColumnType type) => cell switch
    {
        { IsNull: true } => new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = TypeOf(type) },
        _ => type switch
        {
            ColumnType.Long => Of(cell.Number),
            ColumnType.Int => Of((int)cell.Number),
            ColumnType.Short => Of((short)cell.Number),
            ColumnType.Real => Of(cell.Real),
            ColumnType.Text => Of((string)cell.Other!),
            ColumnType.Blob => Of((byte[])cell.Other!),
            ColumnType.Uuid => Of(KeyBytes.Uuid((byte[])cell.Other!)),
            _ => Of((long[])cell.Other!),
        },
    };

    private static NpgsqlParameter<T> Of<T>(T value) => new() { TypedValue = value };

    private static NpgsqlDbType TypeOf(ColumnType type) => type switch
    {
        ColumnType.Long => NpgsqlDbType.Bigint,
        ColumnType.Int => NpgsqlDbType.Integer,
        ColumnType.Short => NpgsqlDbType.Smallint,
        ColumnType.Real => NpgsqlDbType.Double,
        ColumnType.Text => NpgsqlDbType.Text,
        ColumnType.Blob => NpgsqlDbType.Bytea,
        ColumnType.Uuid => NpgsqlDbType.Uuid,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
