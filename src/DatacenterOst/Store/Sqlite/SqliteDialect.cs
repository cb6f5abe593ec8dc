using System.Data.Common;
using System.Text.Json;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Kept;
using DatacenterOst.Store.Schema;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DatacenterOst.Store.Sqlite;

/// <summary>
/// The embedded store: one file with a write-ahead log. Commits use synchronous=FULL: the log is flushed to disk before
/// a commit returns, so that what was acknowledged survives a power cut. That costs one flush per commit (a few
/// milliseconds on a disk, less on flash), which is why ingest commits batches and single messages are grouped.
/// </summary>
internal sealed class SqliteDialect : IStoreDialect
{
    /// <summary>How long a writer waits for another process that writes, in seconds.</summary>
    private const int BusySeconds = 60;

    private readonly string connectionString;
    private readonly string file;
    private readonly SemaphoreSlim oneWriter = new(1, 1);
    private readonly PreparedReaders readers;
    private readonly Gates gates = new();
    private SqliteConnection? writer;
    private PreparedInserts? inserts;
    private FileStream? numbered;

    public SqliteDialect(StoreSettings settings)
    {
        var builder = new SqliteConnectionStringBuilder(settings.ConnectionString) { DefaultTimeout = BusySeconds };
        if (builder.DataSource.Length == 0)
        {
            builder.DataSource = Path.Combine(settings.DataDirectory, "dost.db");
        }

        file = Path.GetFullPath(builder.DataSource);
        connectionString = builder.ConnectionString;
        readers = new PreparedReaders(connectionString);
    }

    public string WantedCodes =>
        "(select json_extract(value, '$[0]') as system, json_extract(value, '$[1]') as code from json_each(@codes)) as wanted";

    public string AnyOf(string column, string subquery) => $"{column} in ({subquery})";

    public string ForEach(string table, string alias, string condition) => $"cross join {table} {alias} on {condition}";

    public void AddCodes(DbCommand command, IReadOnlyList<Code> codes) =>
        command.With("@codes", JsonSerializer.Serialize(codes.Select(code => new[] { code.System, code.Value })));

    public async Task Migrate(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);

        // EF Core marks a running migration with a row that a killed process leaves behind for ever. The operating
        // system's lock on a file cannot be left behind: who holds it may clear the mark.
        await using var alone = await LockFile(cancellationToken);
        await using (var connection = await OpenReady(cancellationToken))
        {
            if (!await Migrations.AreNeeded(connection, cancellationToken))
            {
                return;
            }

            await connection.Command("""drop table if exists "__EFMigrationsLock" """).Execute(cancellationToken);
        }

        await Migrations.Apply(new DbContextOptionsBuilder<StoreContext>().UseSqlite(connectionString).Options, cancellationToken);
    }

    public Task<int> TakeNumber(CancellationToken cancellationToken)
    {
        for (var number = 0; number < StoreClock.Nodes; number++)
        {
            try
            {
                numbered = new FileStream($"{file}.process-{number}", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
                return Task.FromResult(number);
            }
            catch (IOException)
            {
                // Another process has it.
            }
        }

        throw new Problem(ProblemKind.Unavailable, $"{StoreClock.Nodes} processes have {file} open, the most at a time; stop one of them", where: "Store");
    }

    public async Task<DbConnection> Open(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    public Task<List<T>> Query<T>(string text, Action<DbCommand> fill, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
        readers.Query(text, fill, read, cancellationToken);

    public async Task Ask(IReadOnlyList<Question> questions, CancellationToken cancellationToken)
    {
        foreach (var question in questions)
        {
            await readers.Query(question.Text, question.Fill, row => Taken(question, row), cancellationToken);
        }
    }

    public async Task<StoredResource?> Newest(string type, string id, CancellationToken cancellationToken)
    {
        var found = await readers.Query(
            Resources.Newest, command => command.With("@type", ResourceTypes.Find(type)).With("@id", id), Resources.Stored, cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    public async Task<StoreTransaction> Begin(CancellationToken cancellationToken)
    {
        await oneWriter.WaitAsync(cancellationToken);
        try
        {
            writer ??= await OpenWriter(cancellationToken);
            inserts ??= new PreparedInserts(writer);
            return new StoreTransaction(new SqliteTrips(writer.BeginTransaction(deferred: false), inserts, () => oneWriter.Release()));
        }
        catch
        {
            oneWriter.Release();
            throw;
        }
    }

    // Every write transaction of SQLite is alone already.
    public Task LockDirectory(StoreTransaction transaction, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task Lock(StoreTransaction transaction, IEnumerable<long> keys, CancellationToken cancellationToken) => Task.CompletedTask;

    public int PartsAtOnce => 1;

    public int LockOf(PatientId patient) => 0;

    public bool HasTermsApart => true;

    public Task AddTerms(StoreTransaction transaction, string type, StagedRows terms, CancellationToken cancellationToken) =>
        transaction.Insert(terms, WhatIsThere.Stays, cancellationToken);

    public Task<IAsyncDisposable> Alone(IReadOnlyCollection<string> names, CancellationToken cancellationToken) => gates.Take(names, cancellationToken);

    public string HasTerm(string parameter, string? patient) => patient is null
        ? $"r.stored_at in (select t.stored_at from resource_term t where t.term in (select value from json_each({parameter})))"
        : $"r.stored_at in (select t.stored_at from resource_term t where t.term in (select value from json_each({parameter})) and t.patient_key = {patient})";

    public string HasRareTerm(string parameter) => HasTerm(parameter, null);

    public string IsIn(string column, string parameter) => $"{column} in (select value from json_each({parameter}))";

    public object LongList(IReadOnlyCollection<long> numbers) => JsonSerializer.Serialize(numbers);

    public object TextList(IReadOnlyCollection<string> texts) => JsonSerializer.Serialize(texts);

    public bool IsWorthRetrying(Exception exception) => exception is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CONSTRAINT };

    public async ValueTask DisposeAsync()
    {
        readers.Dispose();
        inserts?.Dispose();

        if (writer is not null)
        {
            await writer.DisposeAsync();
        }

        // Pooled connections would keep the file open after the store is closed.
        using var pool = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(pool);
        oneWriter.Dispose();
        if (numbered is not null)
        {
            await numbered.DisposeAsync();
        }
    }

    private static int Taken(Question question, DbDataReader row)
    {
        question.Take(row);
        return 0;
    }

    private async Task<SqliteConnection> OpenWriter(CancellationToken cancellationToken)
    {
        var connection = await OpenReady(cancellationToken);
        foreach (var table in StagingTable.Read)
        {
            await connection.Command(table.Create()).Execute(cancellationToken);
        }

        return connection;
    }

    private async Task<SqliteConnection> OpenReady(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        var settings = $"""
            pragma busy_timeout = {BusySeconds * 1000};
            pragma journal_mode = wal;
            pragma synchronous = full;
            pragma temp_store = memory;
            pragma cache_size = -32768;
            pragma wal_autocheckpoint = 4000;
            """;
        await connection.Command(settings).Execute(cancellationToken);
        return connection;
    }

    private async Task<FileStream> LockFile(CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(file + ".migrating", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < BusySeconds * 10)
            {
                await Task.Delay(100, cancellationToken);
            }
        }
    }
}
