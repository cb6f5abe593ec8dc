using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace DatacenterOst.Store.Sqlite;

/// <summary>Statements of a transaction in the embedded store, each as it comes: there is no way to go.</summary>
internal sealed class SqliteTrips(SqliteTransaction transaction, PreparedInserts inserts, Action released) : ITrips
{
    private readonly SqliteConnection connection = transaction.Connection!;

    public int MaxWaiting => 1;

    public DbCommand Command(string text, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.Command(text, parameters);
        command.Transaction = transaction;
        return command;
    }

    public void Stage(StagedRows rows) => inserts.Replace(rows);

    public IEnumerable<DbCommand> Insert(StagedRows rows, WhatIsThere there)
    {
        inserts.Add(rows, there);
        return [];
    }

    public async Task Send(IReadOnlyList<Statement> statements, CancellationToken cancellationToken)
    {
        foreach (var statement in statements)
        {
            if (statement.Take is not { } take)
            {
                await statement.Command.Execute(cancellationToken);
                continue;
            }

            await using var command = statement.Command;
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                take(reader);
            }
        }
    }

    public async Task Commit(IReadOnlyList<Statement> last, CancellationToken cancellationToken)
    {
        await Send(last, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync();
        }
        finally
        {
            released();
        }
    }
}
