using System.Data.Common;
using DatacenterOst.Clinical;
using Npgsql;

namespace DatacenterOst.Store.PostgreSql;

/// <summary>
/// Statements of a transaction in as few trips as their answers allow. When all of them go in one, PostgreSQL makes them one
/// transaction without being told: it ends, and is durable, where the trip does.
/// </summary>
internal sealed class PostgresTrips(NpgsqlConnection connection) : ITrips
{
    private readonly StagedArrays staged = new();
    private bool isBegun;

    public int MaxWaiting => 64;

    public DbCommand Command(string text, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.Command(text, parameters);
        staged.Expand(command);
        return command;
    }

    public void Stage(StagedRows rows) => staged.Put(rows);

    public IEnumerable<DbCommand> Insert(StagedRows rows, WhatIsThere there) => Inserts.Of(rows, there);

    public async Task Send(IReadOnlyList<Statement> statements, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        if (!isBegun)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
            isBegun = true;
        }

        Add(batch, statements);
        await Run(batch, statements, cancellationToken);
    }

    /// <summary>
    /// Commits, or says that the outcome is unknown. A server whose wait for a synchronous standby is cancelled answers
    /// COMMIT with success and a warning 01000; that is no durable commit, and must never be acknowledged as one.
    /// </summary>
    public async Task Commit(IReadOnlyList<Statement> last, CancellationToken cancellationToken)
    {
        PostgresNotice? warning = null;
        void OnNotice(object sender, NpgsqlNoticeEventArgs notice) =>
            warning = notice.Notice.SqlState.StartsWith("01", StringComparison.Ordinal) ? notice.Notice : warning;

        connection.Notice += OnNotice;
        try
        {
            await End(last, cancellationToken);
        }
        catch (NpgsqlException lost) when (lost is not PostgresException)
        {
            throw Unknown(lost);
        }
        finally
        {
            connection.Notice -= OnNotice;
        }

        if (warning is not null)
        {
            throw Unknown(null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (isBegun && connection.State == System.Data.ConnectionState.Open)
            {
                await connection.Command("rollback").Execute(CancellationToken.None);
            }
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }

    private async Task End(IReadOnlyList<Statement> last, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        Add(batch, last);
        if (isBegun)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        }

        if (batch.BatchCommands.Count > 0)
        {
            await Run(batch, last, cancellationToken);
        }

        isBegun = false;
    }

    private static void Add(NpgsqlBatch batch, IReadOnlyList<Statement> statements)
    {
        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(InBatch(statement.Command));
        }

        batch.Timeout *= Math.Max(1, statements.Count);
    }

    /// <summary>The same command as a part of a batch; the parameters move there, since one belongs to one command.</summary>
    public static NpgsqlBatchCommand InBatch(DbCommand single)
    {
        var command = new NpgsqlBatchCommand(single.CommandText);
        var parameters = single.Parameters.Cast<NpgsqlParameter>().ToArray();
        single.Parameters.Clear();
        command.Parameters.AddRange(parameters);
        return command;
    }

    private static async Task Run(NpgsqlBatch batch, IReadOnlyList<Statement> statements, CancellationToken cancellationToken)
    {
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        foreach (var take in statements.Select(statement => statement.Take).OfType<Action<DbDataReader>>())
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                take(reader);
            }

            await reader.NextResultAsync(cancellationToken);
        }

        while (await reader.NextResultAsync(cancellationToken))
        {
            // What comes after the last answer can fail, too.
        }
    }

    private static Problem Unknown(Exception? inner) => new(
        ProblemKind.Unavailable,
        "outcome unknown: the database did not confirm that the commit is durable; send the same again, it is stored once",
        inner: inner);
}
