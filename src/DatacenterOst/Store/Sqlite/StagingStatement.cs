using DatacenterOst.Store.Schema;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DatacenterOst.Store.Sqlite;

/// <summary>
/// The prepared insert of one staging table. It binds through SQLite's own interface: the provider's parameters are
/// found by name and boxed for every cell, which took more time than SQLite itself.
/// </summary>
internal sealed class StagingStatement : IDisposable
{
    /// <summary>Rows between two looks at the cancellation token.</summary>
    private const int RowsBetweenLooks = 512;

    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    public StagingStatement(SqliteConnection connection, StagingTable table)
    {
        database = connection.Handle!;
        var parameters = string.Join(", ", table.Columns.Select(_ => "?"));
        Check(raw.sqlite3_prepare_v3(
            database, $"insert or ignore into {table.Name} ({table.ColumnList}) values ({parameters})", raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    public void Insert(StagedRows rows, CancellationToken cancellationToken)
    {
        var columns = rows.Table.Columns;
        for (var row = 0; row < rows.Count; row++)
        {
            if (row % RowsBetweenLooks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            for (var column = 0; column < columns.Count; column++)
            {
                Check(Bind(column + 1, rows[row, column], columns[column].Type));
            }

            var done = raw.sqlite3_step(statement);
            Check(raw.sqlite3_reset(statement));
            Check(done == raw.SQLITE_DONE ? raw.SQLITE_OK : done);
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
