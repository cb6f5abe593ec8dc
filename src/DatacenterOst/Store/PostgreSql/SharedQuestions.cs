using System.Globalization;
using System.Runtime.ExceptionServices;
using Npgsql;

namespace DatacenterOst.Store.PostgreSql;

/// <summary>
/// Questions that share a trip with those that others ask at the same time: to the database and back costs, on both sides, more than finding the
/// few rows of a chart. One that takes longer than it should goes alone, and holds nobody up again.
/// </summary>
internal sealed class SharedQuestions : IAsyncDisposable
{
    /// <summary>Callers in one trip; their rows are read one after the other.</summary>
    private const int MaxTogether = 32;

    /// <summary>Milliseconds that one question may take here.</summary>
    private const int MaxTime = 200;

    /// <summary>Trips at a time: half the processors. More would each carry less, and where the database shares this machine, get in its way.</summary>
    public static readonly int AtOnce = Math.Max(1, Environment.ProcessorCount / 2);

    private readonly NpgsqlDataSource shared;
    private readonly NpgsqlDataSource readers;
    private readonly SharedTrips<IReadOnlyList<Question>, PostgresException?> trips;

    /// <param name="keyed">How to connect for what has one good plan.</param>
    /// <param name="readers">For what takes long.</param>
    public SharedQuestions(NpgsqlConnectionStringBuilder keyed, NpgsqlDataSource readers)
    {
        this.readers = readers;
        shared = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(keyed.ConnectionString)
        {
            MaxPoolSize = AtOnce,
            Options = string.Create(CultureInfo.InvariantCulture, $"{keyed.Options} -c statement_timeout={MaxTime}"),
        });
        trips = new SharedTrips<IReadOnlyList<Question>, PostgresException?>(Go, AtOnce, MaxTogether);
    }

    public async Task Ask(IReadOnlyList<Question> questions, CancellationToken cancellationToken)
    {
        var failure = await trips.Ask(questions, cancellationToken);
        if (failure is { SqlState: PostgresErrorCodes.QueryCanceled })
        {
            await using var connection = await PostgresDialect.Opened(readers, cancellationToken);
            failure = await Run(connection, questions, cancellationToken);
        }

        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    public ValueTask DisposeAsync() => shared.DisposeAsync();

    private async Task<IReadOnlyList<PostgresException?>> Go(IReadOnlyList<IReadOnlyList<Question>> asked, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresDialect.Opened(shared, cancellationToken);
        var failure = await Run(connection, [.. asked.SelectMany(questions => questions)], cancellationToken);
        var failures = new PostgresException?[asked.Count];
        if (failure is null || asked.Count == 1)
        {
            failures[0] = failure;
            return failures;
        }

        // One of them is at fault, and the others must not pay for it: each goes alone.
        for (var number = 0; number < asked.Count; number++)
            failures[number] = await Run(connection, asked[number], cancellationToken);
        return failures;
    }

    private static async Task<PostgresException?> Run(NpgsqlConnection connection, IReadOnlyList<Question> questions, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        foreach (var question in questions)
        {
            question.Restart();
            batch.BatchCommands.Add(Command(connection, question));
        }

        try
        {
            await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
            foreach (var question in questions)
            {
                while (await rows.ReadAsync(cancellationToken)) question.Take(rows);
                await rows.NextResultAsync(cancellationToken);
            }

            return null;
        }
        catch (PostgresException failed)
        {
            return failed;
        }
    }

    private static NpgsqlBatchCommand Command(NpgsqlConnection connection, Question question)
    {
        using var filled = connection.Command(question.Text);
        question.Fill(filled);
        return PostgresTrips.InBatch(filled);
    }
}
