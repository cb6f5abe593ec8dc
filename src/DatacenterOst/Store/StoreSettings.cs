using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

public enum StoreProvider
{
    Sqlite,
    PostgreSql,
}

/// <summary>Where the store is.</summary>
/// <param name="ConnectionString">Empty for SQLite means the file <c>dost.db</c> in the data directory.</param>
/// <param name="DataDirectory">Folder of the embedded store; created when it does not exist.</param>
public sealed record StoreSettings(StoreProvider Provider, string ConnectionString, string DataDirectory)
{
    public static StoreSettings Embedded(string dataDirectory) => new(StoreProvider.Sqlite, "", dataDirectory);

    public static StoreSettings Postgres(string connectionString) => new(StoreProvider.PostgreSql, connectionString, "");

    internal StoreSettings Checked()
    {
        if (Provider == StoreProvider.PostgreSql && string.IsNullOrWhiteSpace(ConnectionString))
        {
            throw new Problem(ProblemKind.Invalid, "set a connection string for PostgreSQL", where: "Store:ConnectionString");
        }

        if (Provider == StoreProvider.Sqlite && string.IsNullOrWhiteSpace(ConnectionString) && string.IsNullOrWhiteSpace(DataDirectory))
        {
            throw new Problem(ProblemKind.Invalid, "name a folder for the embedded store", where: "--data");
        }

        return this;
    }
}
