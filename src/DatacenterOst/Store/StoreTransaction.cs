using System.Data.Common;

namespace DatacenterOst.Store;

/// <summary>A transaction that is durable when Commit returns, and undone when it is disposed without.</summary>
internal sealed class StoreTransaction(
    DbTransaction transaction, Func<DbTransaction, Task> commit, Func<DbConnection, ValueTask> released) : IAsyncDisposable
{
    private bool isDone;

    /// <summary>Puts staged rows into a statement, where the store does not keep them in tables.</summary>
    public Action<DbCommand>? Expand { get; init; }

    /// <summary>Takes rows that statements will read.</summary>
    public Action<StagedRows>? Staged { get; init; }

    public DbConnection Connection { get; } = transaction.Connection!;

    public DbTransaction Transaction { get; } = transaction;

    public async Task Commit(CancellationToken cancellationToken)
    {
        // From here on there is no way back: a commit that is cancelled half-way has an unknown outcome.
        cancellationToken.ThrowIfCancellationRequested();
        await commit(Transaction);
        isDone = true;
    }

    public async ValueTask DisposeAsync()
    {
        var connection = Connection;
        try
        {
            if (!isDone && connection.State == System.Data.ConnectionState.Open)
            {
                await Transaction.DisposeAsync();
            }
        }
        finally
        {
            await released(connection);
        }
    }
}
