using System.Collections.Concurrent;

namespace DatacenterOst.Store.Clients;

/// <summary>
/// The tokens that were used, on all nodes and over restarts, until nobody would take them any more. Whether a token is new is
/// decided by writing it down: of two that come at once, on whatever nodes, one is first. Those that come together share one
/// transaction and one flush.
/// </summary>
public sealed class SeenTokens(StoreDatabase database) : IDisposable
{
    /// <summary>Tokens in one transaction.</summary>
    private const int MaxTogether = 200;

    /// <summary>Rows that one statement removes.</summary>
    private const int PrunedAtOnce = 1_000;

    // The clocks of nodes may differ: a token that one no longer takes must still be known to another that does.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly ConcurrentQueue<WaitingToken> waiting = new();

    // Who has the turn writes what all have queued meanwhile, so that nobody waits for a timer.
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Writes down that a token is used. False when it has been used before.</summary>
    /// <param name="until">After this no node takes it any more.</param>
    public async Task<bool> IsNew(string issuer, string tokenId, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var mine = new WaitingToken(issuer, tokenId, Instants.Micros(until + Margin), cancellationToken);
        waiting.Enqueue(mine);
        await turn.WaitAsync(cancellationToken);
        try
        {
            while (!mine.Outcome.Task.IsCompleted)
            {
                // Not cancelled with the request of one of them: the others wait for the same commit.
                await WriteTogether(Next(), CancellationToken.None);
            }
        }
        finally
        {
            turn.Release();
        }

        return await mine.Outcome.Task;
    }

    /// <summary>Removes what is past its time, at most <paramref name="rounds"/> thousand rows; the number of rows removed.</summary>
    public async Task<int> Prune(int rounds, CancellationToken cancellationToken)
    {
        var removed = 0;
        for (var round = 0; round < rounds; round++)
        {
            await using var transaction = await database.Dialect.Begin(cancellationToken);
            var gone = await transaction.Command(
                """
                delete from seen_token where (issuer, token_id) in
                (select old.issuer, old.token_id from seen_token old where old.until_at < @now limit @limit)
                returning 1
                """,
                ("@now", Instants.Micros(database.Time.GetUtcNow())), ("@limit", PrunedAtOnce)).Rows(_ => 1, cancellationToken);
            await transaction.Commit(cancellationToken);
            removed += gone.Count;
            if (gone.Count < PrunedAtOnce)
                break;
        }

        return removed;
    }

    public void Dispose() => turn.Dispose();

    private List<WaitingToken> Next()
    {
        var next = new List<WaitingToken>();
        while (next.Count < MaxTogether && waiting.TryDequeue(out var token))
        {
            if (token.GivenUp.IsCancellationRequested)
                token.Outcome.TrySetCanceled(token.GivenUp);
            else
                next.Add(token);
        }

        return next;
    }

    private async Task WriteTogether(List<WaitingToken> tokens, CancellationToken cancellationToken)
    {
        if (tokens.Count == 0)
            return;
        try
        {
            await using var transaction = await database.Dialect.Begin(cancellationToken);
            var inserted = new List<List<int>>(tokens.Count);

            // In one order on all nodes, so that two transactions cannot wait for each other.
            tokens.Sort((one, other) => string.CompareOrdinal(one.Issuer, other.Issuer) is not 0 and var issuers ? issuers : string.CompareOrdinal(one.TokenId, other.TokenId));
            foreach (var token in tokens)
                inserted.Add(await Insert(transaction, token, cancellationToken));
            await transaction.Commit(cancellationToken);
            for (var at = 0; at < tokens.Count; at++)
                tokens[at].Outcome.TrySetResult(inserted[at].Count > 0);
        }
        catch (Exception failed)
        {
            // Nothing is known of them, so none is let in.
            tokens.ForEach(token => token.Outcome.TrySetException(failed));
        }
    }

    // The rows that were new are known when the transaction is committed.
    private static Task<List<int>> Insert(StoreTransaction transaction, WaitingToken token, CancellationToken cancellationToken)
        => transaction.Command(
            "insert into seen_token (issuer, token_id, until_at) values (@issuer, @token, @until) on conflict do nothing returning 1",
            ("@issuer", token.Issuer), ("@token", token.TokenId), ("@until", token.Until)).Ask(_ => 1, cancellationToken);

    private sealed record WaitingToken(string Issuer, string TokenId, long Until, CancellationToken GivenUp)
    {
        public TaskCompletionSource<bool> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
