using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Store.Packs;
using DatacenterOst.Store.PostgreSql;
using DatacenterOst.Store.Sqlite;

namespace DatacenterOst.Store;

/// <summary>An open store at the schema of this version. Safe for use from many threads.</summary>
public sealed class StoreDatabase : IAsyncDisposable
{
    /// <summary>Names of patients that are remembered as new, some 200 bytes each.</summary>
    private const int MaxRemembered = 50_000;

    private StoreDatabase(IStoreDialect dialect, StoreProvider provider, TimeProvider time, int node)
    {
        Dialect = dialect;
        Provider = provider;
        Time = time;
        Clock = new StoreClock(time, node);
        Vocabulary = new Vocabulary(dialect);
        Packs = new FactPacks(dialect);
    }

    public StoreProvider Provider { get; }

    internal IStoreDialect Dialect { get; }

    internal TimeProvider Time { get; }

    internal StoreClock Clock { get; }

    internal Vocabulary Vocabulary { get; }

    internal FactPacks Packs { get; }

    /// <summary>The search parameters that resources are searched by.</summary>
    public SearchParameters Parameters { get; private set; } = SearchParameters.Standard;

    /// <summary>Those that they are indexed by: also such as are not yet searched by.</summary>
    internal SearchParameters Indexed { get; private set; } = SearchParameters.Standard;

    /// <summary>Whom names mean. A name, once given to a patient, is never another's, so what was found once is remembered.</summary>
    internal Remembered<Identifier, PatientId> KnownNames { get; } = new(MaxRemembered);

    internal void Use(SearchParameters indexed, SearchParameters searched) => (Indexed, Parameters) = (indexed, searched);

    /// <summary>Opens the store, creating or migrating it first. Throws a Problem when it cannot be reached or is newer.</summary>
    public static async Task<StoreDatabase> Open(StoreSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        IStoreDialect dialect = settings.Checked().Provider == StoreProvider.Sqlite ? new SqliteDialect(settings) : new PostgresDialect(settings);
        try
        {
            await dialect.Migrate(cancellationToken);
            return new StoreDatabase(dialect, settings.Provider, time, await dialect.TakeNumber(cancellationToken));
        }
        catch
        {
            await dialect.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the long charts that were read are packed, which makes them quicker to read again.</summary>
    public Task Packed(CancellationToken cancellationToken) => Packs.Settled(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Packs.DisposeAsync();
        await Dialect.DisposeAsync();
    }
}
