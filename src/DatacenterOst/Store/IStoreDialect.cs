using System.Data.Common;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>
/// The whole difference between SQLite and PostgreSQL: connections and durability, how many rows get in at once, and
/// some phrases of SQL. Everything else is one text for both.
/// </summary>
internal interface IStoreDialect : IAsyncDisposable
{
    Task Migrate(CancellationToken cancellationToken);

    /// <summary>A number below <see cref="StoreClock.Nodes"/> that no other process has on this store as long as this one lives.</summary>
    /// <exception cref="Problem">Unavailable when all are taken.</exception>
    Task<int> TakeNumber(CancellationToken cancellationToken);

    /// <summary>A connection for reading.</summary>
    Task<DbConnection> Open(CancellationToken cancellationToken);

    /// <summary>
    /// A query of the hot path: its text is prepared once on a connection and kept, because parsing and planning take
    /// several times as long as finding a few rows.
    /// </summary>
    Task<List<T>> Query<T>(string text, Action<DbCommand> fill, Func<DbDataReader, T> read, CancellationToken cancellationToken);

    /// <summary>Asks several in one way to the store and back, which they share with what others ask at the same time. What takes long goes alone.</summary>
    Task Ask(IReadOnlyList<Question> questions, CancellationToken cancellationToken);

    /// <summary>The current version of one resource; null when there is none.</summary>
    Task<StoredResource?> Newest(string type, string id, CancellationToken cancellationToken);

    /// <summary>A transaction for writing, whose statements can read staged rows.</summary>
    Task<StoreTransaction> Begin(CancellationToken cancellationToken);

    /// <summary>Makes this transaction the only one that creates patients, until it ends.</summary>
    Task LockDirectory(StoreTransaction transaction, CancellationToken cancellationToken);

    /// <summary>
    /// Makes this transaction the only one that writes about these keys (patients, resources), until it ends: what is decided from
    /// what is there (a correction that moves a result, the next version) must not pass another's commit.
    /// </summary>
    Task Lock(StoreTransaction transaction, IEnumerable<long> keys, CancellationToken cancellationToken);

    /// <summary>Parts of a batch that are written at a time: while one waits for the store, another is made ready.</summary>
    int PartsAtOnce { get; }

    /// <summary>Which of the locks of <see cref="Lock"/> is the patient's. Several share one, and have to wait for each other.</summary>
    int LockOf(PatientId patient);

    /// <summary>
    /// Whether the terms that resources are found by stand in a table of their own, as in SQLite. PostgreSQL has them as arrays in the
    /// rows of the resources, with an inverted index.
    /// </summary>
    bool HasTermsApart { get; }

    /// <summary>Makes resources of one type that are there already findable by more terms; those that they have stay as they are.</summary>
    Task AddTerms(StoreTransaction transaction, string type, StagedRows terms, CancellationToken cancellationToken);

    /// <summary>Waits until this is the only one, of all processes on the store, that holds any of the names, and holds them until disposed.</summary>
    Task<IAsyncDisposable> Alone(IReadOnlyCollection<string> names, CancellationToken cancellationToken);

    /// <summary>A condition that a resource <c>r</c> has one of the terms of a parameter, given with <see cref="LongList"/>.</summary>
    /// <param name="patient">The parameter with the one patient whose resources are looked at; null for all.</param>
    string HasTerm(string parameter, string? patient);

    /// <summary>The same where few resources of all patients have it: they are looked up by their terms, whatever else would be possible.</summary>
    string HasRareTerm(string parameter);

    /// <summary>A condition that a column is in a list given with <see cref="LongList"/> or <see cref="TextList"/>.</summary>
    string IsIn(string column, string parameter);

    object LongList(IReadOnlyCollection<long> numbers);

    object TextList(IReadOnlyCollection<string> texts);

    /// <summary>Whether the same transaction may succeed when it is tried again: a deadlock, or another writer was first.</summary>
    bool IsWorthRetrying(Exception exception);

    /// <summary>A condition that a column has one of the values of a subquery, in the form that uses an index.</summary>
    string AnyOf(string column, string subquery);

    /// <summary>
    /// Goes on a list of rows: for each of them, those of a table that belong to it, found by an index. A planner who thinks that the table has few
    /// of them would go through all for each.
    /// </summary>
    string ForEach(string table, string alias, string condition);

    /// <summary>A row source <c>wanted(system, code)</c> over the codes given with <see cref="AddCodes"/>.</summary>
    string WantedCodes { get; }

    void AddCodes(DbCommand command, IReadOnlyList<Code> codes);
}
