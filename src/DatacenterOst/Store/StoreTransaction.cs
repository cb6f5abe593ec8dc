using System.Data.Common;

namespace DatacenterOst.Store;

/// <summary>
/// A transaction that is durable when Commit returns, and undone when it is disposed without. Statements whose answer nobody needs yet
/// wait for the next that somebody does, or for the commit, and go to the store together with it.
/// </summary>
internal sealed class StoreTransaction(ITrips trips) : IAsyncDisposable
{
    private readonly List<Statement> waiting = [];

    /// <summary>A statement with its parameters, which are read now.</summary>
    public Statement Command(string text, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        new(this, trips.Command(text, parameters));

    /// <summary>Lets the statements that follow read the rows as their staging table, in the place of any that were staged there before.</summary>
    public void Stage(StagedRows rows) => trips.Stage(rows);

    /// <summary>Adds rows to their table.</summary>
    public async Task Insert(StagedRows rows, WhatIsThere there, CancellationToken cancellationToken)
    {
        rows.Sort();
        foreach (var command in trips.Insert(rows, there))
        {
            await Add(new Statement(this, command), cancellationToken);
        }
    }

    /// <summary>Sends a statement with the next that is waited for; when it fails, that or the commit does.</summary>
    public async Task Add(Statement statement, CancellationToken cancellationToken)
    {
        waiting.Add(statement);
        if (waiting.Count >= trips.MaxWaiting)
        {
            await Send(cancellationToken);
        }
    }

    /// <summary>Sends what waits, and has the answers when it returns.</summary>
    public async Task Send(CancellationToken cancellationToken)
    {
        if (waiting.Count > 0)
        {
            await trips.Send(waiting, cancellationToken);
            waiting.Clear();
        }
    }

    public async Task Commit(CancellationToken cancellationToken)
    {
        // From here on there is no way back: a commit that is cancelled half-way has an unknown outcome.
        cancellationToken.ThrowIfCancellationRequested();
        await trips.Commit(waiting, CancellationToken.None);
        waiting.Clear();
    }

    public ValueTask DisposeAsync() => trips.DisposeAsync();
}

/// <summary>How a store is reached within one transaction: one statement after the other, or many in one trip.</summary>
internal interface ITrips : IAsyncDisposable
{
    /// <summary>Statements that wait for each other at most.</summary>
    int MaxWaiting { get; }

    DbCommand Command(string text, ReadOnlySpan<(string Name, object? Value)> parameters);

    void Stage(StagedRows rows);

    /// <summary>The statements that add rows to their table; none where that is done already.</summary>
    IEnumerable<DbCommand> Insert(StagedRows rows, WhatIsThere there);

    Task Send(IReadOnlyList<Statement> statements, CancellationToken cancellationToken);

    /// <summary>Sends the last statements and commits. What returns is durable.</summary>
    Task Commit(IReadOnlyList<Statement> last, CancellationToken cancellationToken);
}

/// <summary>A statement of a transaction.</summary>
internal sealed class Statement(StoreTransaction transaction, DbCommand command)
{
    public DbCommand Command { get; } = command;

    /// <summary>Reads a row of the answer; null where there is none.</summary>
    public Action<DbDataReader>? Take { get; private set; }

    public Statement With(string name, object? value)
    {
        Command.With(name, value);
        return this;
    }

    /// <summary>Done when the next answer is there, or the transaction is committed.</summary>
    public Task Execute(CancellationToken cancellationToken) => transaction.Add(this, cancellationToken);

    public async Task<List<T>> Rows<T>(Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = await Ask(read, cancellationToken);
        await transaction.Send(cancellationToken);
        return rows;
    }

    /// <summary>Rows that are there when the transaction was next sent: for questions that do not depend on each other.</summary>
    public async Task<List<T>> Ask<T>(Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        Take = row => rows.Add(read(row));
        await transaction.Add(this, cancellationToken);
        return rows;
    }
}
