using System.Data.Common;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Kept;
using DatacenterOst.Store.Schema;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DatacenterOst.Store.PostgreSql;

/// <summary>
/// PostgreSQL. Readers use prepared statements on one pool; writers have a pool of their own, whose connections plan for a small
/// batch against a large table.
/// </summary>
internal sealed class PostgresDialect : IStoreDialect
{
    /// <summary>Writers at a time; more wait. Each holds a batch in memory.</summary>
    private const int MaxWriters = 8;

    /// <summary>Conditional writes that are decided, or wait to be, at a time.</summary>
    private const int MaxWaiting = 16;

    /// <summary>Statements that a reading connection keeps prepared.</summary>
    private const int MaxPrepared = 100;

    /// <summary>
    /// Locks that keys share: a lock for each of a batch's thousand would overflow the server's table of locks. A
    /// single message takes one, so messages about different patients seldom wait for each other.
    /// </summary>
    private const int Locks = 128;

    /// <summary>Names the lock of the patient directory; any number that nothing else in the database uses.</summary>
    private const long DirectoryLock = 0x64_6f_73_74;

    /// <summary>Names the locks of the numbers of processes.</summary>
    private const int NumberLock = 0x6e_6f_64_65;

    private readonly NpgsqlDataSource readers;
    private readonly NpgsqlDataSource writers;

    private readonly NpgsqlDataSource keyed;
    private readonly NewestVersions newest;
    private readonly SharedQuestions shared;

    private NpgsqlConnection? numbered;

    // Apart from readers and writers, for who waits at a gate must not keep those out who are to open it.
    private readonly NpgsqlDataSource gates;

    public PostgresDialect(StoreSettings settings)
    {
        // No reset: nothing is set on a connection that the next user must not find, and resetting costs as much as a read.
        // -1: when a command times out, Npgsql does not wait for the server to confirm the cancellation. A cancelled
        // commit could otherwise come back as a success although a standby never got it.
        var reading = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { CancellationTimeout = -1, Enlist = false, NoResetOnClose = true };
        reading.Options = $"{reading.Options} -c jit=off -c client_min_messages=warning".Trim();
        var writing = new NpgsqlConnectionStringBuilder(reading.ConnectionString) { MaxPoolSize = MaxWriters, MaxAutoPrepare = MaxPrepared, AutoPrepareMinUsages = 3 };
        // A plan is made once and kept; made while a table is still empty, it would read the whole table when that is full.
        const string OfLargeTables = "-c enable_seqscan=off -c plan_cache_mode=force_generic_plan";
        writing.Options += $" -c enable_hashjoin=off -c enable_mergejoin=off {OfLargeTables}";
        reading.MaxAutoPrepare = MaxPrepared;
        readers = NpgsqlDataSource.Create(reading);
        // What is asked here has one good plan, whatever the values; making one each time would cost more than all else. It is short, and help by
        // other processes of PostgreSQL, which a plan without values asks for where tables are large, takes longer to come than the work.
        var keying = new NpgsqlConnectionStringBuilder(reading.ConnectionString) { Options = $"{reading.Options} {OfLargeTables} -c max_parallel_workers_per_gather=0" };
        keyed = NpgsqlDataSource.Create(keying);
        newest = new NewestVersions(keyed);
        shared = new SharedQuestions(keying, readers);
        gates = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(reading.ConnectionString) { MaxPoolSize = MaxWaiting, MaxAutoPrepare = 0 });
        writers = NpgsqlDataSource.Create(writing);
    }

    public string WantedCodes => "unnest(@systems, @codes) as wanted(system, code)";

    public string AnyOf(string column, string subquery) => $"{column} = any(array({subquery}))";

    public string ForEach(string table, string alias, string condition) =>
        $"cross join lateral (select {alias}.* from {table} {alias} where {condition} offset 0) {alias}";

    public void AddCodes(DbCommand command, IReadOnlyList<Code> codes) => command
        .With("@systems", codes.Select(code => code.System).ToArray())
        .With("@codes", codes.Select(code => code.Value).ToArray());

    public async Task Migrate(CancellationToken cancellationToken)
    {
        await using (var connection = await Open(cancellationToken))
        {
            if (!await Migrations.AreNeeded(connection, cancellationToken))
            {
                return;
            }
        }

        await Migrations.Apply(new DbContextOptionsBuilder<StoreContext>().UseNpgsql(readers).Options, cancellationToken);
    }

    public async Task<int> TakeNumber(CancellationToken cancellationToken)
    {
        var connection = await Opened(gates, cancellationToken);
        for (var number = 0; number < StoreClock.Nodes; number++)
        {
            var isTaken = await connection.Command("select pg_try_advisory_lock(@space, @number)", ("@space", NumberLock), ("@number", number))
                .Rows(row => row.GetBoolean(0), cancellationToken);
            if (isTaken[0])
            {
                numbered = connection; // the lock lasts as long as the connection
                return number;
            }
        }

        await connection.DisposeAsync();
        throw new Problem(ProblemKind.Unavailable, $"{StoreClock.Nodes} processes have this database open, the most at a time; stop one of them", where: "Store:ConnectionString");
    }

    public async Task<DbConnection> Open(CancellationToken cancellationToken) => await Opened(readers, cancellationToken);

    // The connection string asks Npgsql to prepare what is asked repeatedly.
    public async Task<List<T>> Query<T>(string text, Action<DbCommand> fill, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var connection = await Open(cancellationToken);
        var command = connection.Command(text);
        fill(command);
        return await command.Rows(read, cancellationToken);
    }

    public Task Ask(IReadOnlyList<Question> questions, CancellationToken cancellationToken) => shared.Ask(questions, cancellationToken);

    public Task<StoredResource?> Newest(string type, string id, CancellationToken cancellationToken) => newest.Read(type, id, cancellationToken);

    public async Task<StoreTransaction> Begin(CancellationToken cancellationToken) =>
        new(new PostgresTrips(await Opened(writers, cancellationToken)));

    public Task LockDirectory(StoreTransaction transaction, CancellationToken cancellationToken) =>
        transaction.Command("select pg_advisory_xact_lock(@lock)", ("@lock", DirectoryLock)).Ask(_ => 0, cancellationToken);

    public Task Lock(StoreTransaction transaction, IEnumerable<long> keys, CancellationToken cancellationToken)
    {
        // Taken in one order by all, so that two batches cannot wait for each other.
        var locks = keys.Select(LockOf).Distinct().Order().ToArray();
        return locks.Length == 0 ? Task.CompletedTask : transaction.Command(
            "select pg_advisory_xact_lock(@space, locks.number) from unnest(@locks) as locks(number)",
            ("@space", (int)DirectoryLock), ("@locks", locks)).Ask(_ => 0, cancellationToken);
    }

    public int PartsAtOnce => 2;

    public int LockOf(PatientId patient) => LockOf(patient.Value);

    private static int LockOf(long key) => (int)((ulong)key % Locks);

    public bool HasTermsApart => false;

    public async Task AddTerms(StoreTransaction transaction, string type, StagedRows terms, CancellationToken cancellationToken) => await transaction.Command(
        """
        update resource r set terms = array(select distinct t from unnest(r.terms || s.terms) as t)
        from (select x.patient_key, x.stored_at, array_agg(x.term) as terms from unnest(@patients, @terms, @stamps) as x(patient_key, term, stored_at)
            group by x.patient_key, x.stored_at order by x.patient_key, x.stored_at) s
        where r.type = @type and r.patient_key = s.patient_key and r.stored_at = s.stored_at and not r.terms @> s.terms
        """,
        ("@type", ResourceTypes.Find(type)), ("@patients", terms.Column(0, cell => cell.Number)), ("@terms", terms.Column(1, cell => cell.Number)), ("@stamps", terms.Column(2, cell => cell.Number))).Execute(cancellationToken);

    public async Task<IAsyncDisposable> Alone(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var connection = await Opened(gates, cancellationToken);
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken);

            // Taken in one order by all, so that two who want several cannot wait for each other.
            var locks = names.Select(name => (long)(ulong)new KeyText().Add(name).Hash()).Distinct().Order().ToArray();
            await connection.Command("select pg_advisory_xact_lock(l.number) from unnest(@locks) as l(number)", ("@locks", locks)).Execute(cancellationToken);
            return new Gate(connection, transaction);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // Within one patient the rows come in the order of the patient's index, and the first that fit are enough. "Is true" keeps the
    // planner from fetching all that have the term by the inverted index and sorting them.
    public string HasTerm(string parameter, string? patient) => patient is null ? $"r.terms && {parameter}" : $"(r.terms && {parameter}) is true";

    // A planner that knows nothing of the term takes it to be common, and goes through all resources of the type in their order.
    public string HasRareTerm(string parameter) => $"r.ctid = any(array(select x.ctid from resource x where x.terms && {parameter}))";

    public string IsIn(string column, string parameter) => $"{column} = any({parameter})";

    public object LongList(IReadOnlyCollection<long> numbers) => numbers.ToArray();

    public object TextList(IReadOnlyCollection<string> texts) => texts.ToArray();

    public bool IsWorthRetrying(Exception exception) => exception is PostgresException
    {
        SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure,
    };

    public async ValueTask DisposeAsync()
    {
        if (numbered is not null)
        {
            await numbered.CloseAsync();
        }

        await gates.DisposeAsync();
        await shared.DisposeAsync();
        await keyed.DisposeAsync();
        await readers.DisposeAsync();
        await writers.DisposeAsync();
    }

    internal static async Task<NpgsqlConnection> Opened(NpgsqlDataSource pool, CancellationToken cancellationToken)
    {
        try
        {
            return await pool.OpenConnectionAsync(cancellationToken);
        }
        catch (NpgsqlException failed)
        {
            throw new Problem(ProblemKind.Unavailable, $"PostgreSQL cannot be reached: {failed.Message}", where: "Store:ConnectionString", inner: failed);
        }
    }

    /// <summary>Locks that are held as long as a transaction lasts.</summary>
    private sealed class Gate(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
