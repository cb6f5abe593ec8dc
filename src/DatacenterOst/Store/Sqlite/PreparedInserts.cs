using DatacenterOst.Store.Schema;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DatacenterOst.Store.Sqlite;

/// <summary>Statements of the one writing connection that add rows to tables, each prepared once.</summary>
internal sealed class PreparedInserts(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<(string Table, WhatIsThere There), PreparedStatement> inserts = [];
    private readonly Dictionary<string, PreparedStatement> deletes = [];

    public void Add(StagedRows rows, WhatIsThere there)
    {
        if (!inserts.TryGetValue((rows.Table.Name, there), out var insert))
        {
            inserts.Add((rows.Table.Name, there), insert = new PreparedStatement(connection, TextOf(rows.Table, there)));
        }

        insert.Run(rows);
    }

    /// <summary>The rows in the place of all that the table has.</summary>
    public void Replace(StagedRows rows)
    {
        if (!deletes.TryGetValue(rows.Table.Name, out var delete))
        {
            deletes.Add(rows.Table.Name, delete = new PreparedStatement(connection, $"delete from {rows.Table.Name}"));
        }

        delete.Run();
        Add(rows, WhatIsThere.Fails);
    }

    public void Dispose()
    {
        foreach (var statement in inserts.Values.Concat(deletes.Values))
        {
            statement.Dispose();
        }
    }

    private static string TextOf(StagingTable table, WhatIsThere there) =>
        $"insert into {table.Name} ({table.ColumnList}) values ({string.Join(", ", table.Columns.Select(_ => "?"))})"
        + (there == WhatIsThere.Stays ? " on conflict do nothing" : "");
}

/// <summary>
/// A statement that is run for many rows. It binds through SQLite's own interface: the provider's parameters are found by name and
/// boxed for every cell, which took more time than SQLite itself.
/// </summary>
internal sealed class PreparedStatement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    public PreparedStatement(SqliteConnection connection, string text)
    {
        database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(database, text, raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    public void Run()
    {
        var done = raw.sqlite3_step(statement);
        Check(raw.sqlite3_reset(statement));
        Check(done == raw.SQLITE_DONE ? raw.SQLITE_OK : done);
    }

    /// <summary>Runs it for each row with the row's cells as parameters.</summary>
    public void Run(StagedRows rows)
    {
        var columns = rows.Table.Columns;
        for (var row = 0; row < rows.Count; row++)
        {
            for (var column = 0; column < columns.Count; column++)
            {
                Check(Bind(column + 1, rows[row, column], columns[column].Type));
            }

            Run();
        }

        Check(raw.sqlite3_clear_bindings(statement));
    }

    public void Dispose() => statement.Dispose();

    private int Bind(int place, Cell cell, ColumnType type) => cell.Other switch
    {
        null when type == ColumnType.Real => raw.sqlite3_bind_double(statement, place, cell.Real),
        null => raw.sqlite3_bind_int64(statement, place, cell.Number),
        string text => raw.sqlite3_bind_text(statement, place, text),
        byte[] bytes => raw.sqlite3_bind_blob(statement, place, bytes),
        long[] => raw.sqlite3_bind_zeroblob(statement, place, 0), // terms stand in a table of their own
        _ => raw.sqlite3_bind_null(statement, place),
    };

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);
}
