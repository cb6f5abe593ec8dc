using DatacenterOst.Specs.Databases;
using DatacenterOst.Store;
using DatacenterOst.Store.Schema;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DatacenterOst.Specs.Store;

/// <summary>Reads the real schema of both stores: PostgreSQL could be distributed by patient with Citus as it is.</summary>
public sealed class When_the_schema_is_read(PrivatePostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task it_has_the_declared_tables_and_columns_and_no_others(StoreProvider provider)
    {
        var (columns, _, _) = await Schema(provider);
        TableShape[] own = provider == StoreProvider.Sqlite ? [StoreTables.TermsOfSqlite] : [];
        var declared = StoreTables.All.Concat(own).SelectMany(table => table.Columns.Select(column => $"{table.Name}.{column.Name}{(column.IsNullable ? "?" : "")}"));
        Assert.Equal(declared.Order(StringComparer.Ordinal), columns.Where(column => !column.StartsWith("__EF", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task the_patient_key_leads_every_key_of_patient_data(StoreProvider provider)
    {
        var (_, keys, _) = await Schema(provider);
        foreach (var table in StoreTables.PatientData)
        {
            var ofTable = keys.Where(key => key.Table == table.Name).ToList();
            Assert.NotEmpty(ofTable);
            Assert.All(ofTable, key => Assert.Equal(TableShape.PatientKey, key.FirstColumn));
            Assert.Equal(TableShape.PatientKey, table.Key[0]);
        }

        Assert.All(StoreTables.Reference, table => Assert.NotEmpty(table.WithoutPatientBecause));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task it_has_no_triggers(StoreProvider provider)
    {
        var (_, _, triggers) = await Schema(provider);
        Assert.Equal(0, triggers);
    }

    [Fact]
    public void EF_Core_has_the_declared_keys()
    {
        using var context = new StoreContext(new DbContextOptionsBuilder<StoreContext>().UseSqlite("Data Source=:memory:").Options);
        var keys = context.Model.GetEntityTypes().ToDictionary(type => type.Name, type => type.FindPrimaryKey()!.Properties.Select(property => property.Name));
        Assert.Equal(StoreTables.All.Select(table => table.Name).Order(StringComparer.Ordinal), keys.Keys.Order(StringComparer.Ordinal));
        Assert.All(StoreTables.All, table => Assert.Equal(table.Key, keys[table.Name]));
        Assert.All(context.Model.GetEntityTypes(), type => Assert.Empty(type.GetForeignKeys()));
        Assert.False(context.Database.HasPendingModelChanges());
    }

    /// <summary>Columns as <c>table.column?</c>, the leading column of every unique index and foreign key, and the number of triggers.</summary>
    private async Task<(List<string> Columns, List<(string Table, string FirstColumn)> Keys, int Triggers)> Schema(StoreProvider provider)
    {
        await using var store = await TestStore.Open(provider, postgres);
        return provider == StoreProvider.Sqlite ? await OfSqlite(Path.Combine(store.Settings.DataDirectory, "dost.db")) : await OfPostgres(store.Settings.ConnectionString);
    }

    private static async Task<(List<string>, List<(string, string)>, int)> OfSqlite(string file)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        await connection.OpenAsync(Cancelled);
        var columns = await Rows(connection.CreateCommand(), """
            select t.name || '.' || c.name || case when c."notnull" = 0 then '?' else '' end, ''
            from sqlite_master t join pragma_table_info(t.name) c where t.type = 'table' and t.name not like 'sqlite%'
            """);
        var keys = await Rows(connection.CreateCommand(), """
            select t.name, c.name from sqlite_master t join pragma_index_list(t.name) i join pragma_index_info(i.name) c
            where t.type = 'table' and i."unique" = 1 and c.seqno = 0
            union all select t.name, f."from" from sqlite_master t join pragma_foreign_key_list(t.name) f where t.type = 'table' and f.seq = 0
            """);
        var triggers = await Rows(connection.CreateCommand(), "select name, '' from sqlite_master where type = 'trigger'");
        return ([.. columns.Select(column => column.Item1)], keys, triggers.Count);
    }

    private static async Task<(List<string>, List<(string, string)>, int)> OfPostgres(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(Cancelled);
        var columns = await Rows(connection.CreateCommand(), """
            select table_name || '.' || column_name || case when is_nullable = 'YES' then '?' else '' end, ''
            from information_schema.columns where table_schema = 'public'
            """);
        var keys = await Rows(connection.CreateCommand(), """
            select c.relname::text, a.attname::text from pg_index i join pg_class c on c.oid = i.indrelid
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
            where i.indisunique and c.relnamespace = 'public'::regnamespace
            union all select c.relname::text, a.attname::text from pg_constraint f join pg_class c on c.oid = f.conrelid
            join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[1]
            where f.contype in ('f', 'u', 'p', 'x') and c.relnamespace = 'public'::regnamespace
            """);
        var triggers = await Rows(connection.CreateCommand(), "select tgname::text, '' from pg_trigger where not tgisinternal");
        return ([.. columns.Select(column => column.Item1)], keys, triggers.Count);
    }

    private static async Task<List<(string, string)>> Rows(System.Data.Common.DbCommand command, string text)
    {
        await using (command)
        {
            command.CommandText = text;
            await using var reader = await command.ExecuteReaderAsync(Cancelled);
            var rows = new List<(string, string)>();
            while (await reader.ReadAsync(Cancelled))
            {
                rows.Add((reader.GetString(0), reader.GetString(1)));
            }

            return rows;
        }
    }
}
