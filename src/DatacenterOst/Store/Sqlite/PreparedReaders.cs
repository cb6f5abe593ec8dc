using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DatacenterOst.Store.Sqlite;

/// <summary>Connections for reading that keep their prepared statements between uses.</summary>
internal sealed class PreparedReaders(string connectionString) : IDisposable
{
    /// <summary>Idle connections that are kept; more are opened when more read at once, and closed afterwards.</summary>
    private const int MaxIdle = 32;

    /// <summary>Statements that one connection keeps. The product has a handful on its hot paths.</summary>
    private const int MaxStatements = 64;

    private readonly ConcurrentBag<Reader> idle = [];

    public async Task<List<T>> Query<T>(string text, Action<DbCommand> fill, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        if (!idle.TryTake(out var reader))
        {
            reader = new Reader(new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString));
            await reader.Connection.OpenAsync(cancellationToken);
        }

        try
        {
            var rows = await reader.Rows(text, fill, read, cancellationToken);
            if (idle.Count < MaxIdle)
            {
                idle.Add(reader);
                reader = null;
            }

            return rows;
        }
        finally
        {
            reader?.Dispose();
        }
    }

    public void Dispose()
    {
        while (idle.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }

    private sealed class Reader(SqliteConnection connection) : IDisposable
    {
        private readonly Dictionary<string, SqliteCommand> statements = new(StringComparer.Ordinal);

        public SqliteConnection Connection { get; } = connection;

        public async Task<List<T>> Rows<T>(string text, Action<DbCommand> fill, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        {
            if (!statements.TryGetValue(text, out var command))
            {
                command = Connection.CreateCommand();
                command.CommandText = text;
                if (statements.Count == MaxStatements)
                {
                    Forget();
                }

                statements.Add(text, command);
            }

            command.Parameters.Clear();
            fill(command);
            // SQLite works on the caller's thread and looks at no token; it must be told from another.
            await using var stop = cancellationToken.UnsafeRegister(static handle => raw.sqlite3_interrupt((sqlite3)handle!), Connection.Handle);
            try
            {
                return await Rows(command, read, cancellationToken);
            }
            catch (SqliteException stopped) when (stopped.SqliteErrorCode == raw.SQLITE_INTERRUPT)
            {
                throw new OperationCanceledException(stopped.Message, stopped, cancellationToken);
            }
        }

        private static async Task<List<T>> Rows<T>(SqliteCommand command, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        {
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            var found = new List<T>();
            while (await rows.ReadAsync(cancellationToken))
            {
                found.Add(read(rows));
            }

            return found;
        }

        public void Dispose()
        {
            Forget();
            Connection.Dispose();
        }

        private void Forget()
        {
            foreach (var command in statements.Values)
            {
                command.Dispose();
            }

            statements.Clear();
        }
    }
}
