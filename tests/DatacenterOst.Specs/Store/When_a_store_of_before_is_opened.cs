using DatacenterOst.Clinical;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Store;
using DatacenterOst.Store.Schema;
using Npgsql;
using static DatacenterOst.Specs.Databases.TestStore;

namespace DatacenterOst.Specs.Store;

public sealed class When_a_store_of_before_is_opened(PrivatePostgres postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task keys_that_were_bytes_become_uuids_and_every_fact_is_the_same()
    {
        await using var store = await Open(StoreProvider.PostgreSql, postgres);
        var anna = await store.Receive(Anna, Value("r1", 96, "2026-03-01 08:00", "2026-03-01 09:00"));
        await store.Receive(Anna, Value("r1", 196, "2026-02-01 08:00", "2026-03-02 10:00", FactStatus.Corrected));
        var before = await store.Read(anna, AsOf.KnownBy(DateTimeOffset.MaxValue));
        await MakeKeysBytes(store.Settings.ConnectionString);

        await using var opened = await StoreDatabase.Open(store.Settings, store.Clock, Token);
        var query = new TimelineQuery([], SetClock.At("1900-01-01"), SetClock.At("2100-01-01"));
        Assert.Equal(before, await new Timeline(opened).Read(anna, query, AsOf.KnownBy(DateTimeOffset.MaxValue), Access.Caller.Product, Token));
        var outcomes = await new Intake(opened).Write(
            "test", [store.Message(Anna, Value("r2", 100, "2026-03-05 08:00", "2026-03-05 09:00"))], Access.Caller.Product, Token);
        Assert.Equal(anna, outcomes[0].Patient);
        Assert.Equal(2, (await new Timeline(opened).Read(anna, query, AsOf.KnownBy(DateTimeOffset.MaxValue), Access.Caller.Product, Token)).Count);
    }

    // As the migration before left it.
    private static async Task MakeKeysBytes(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Token);
        await using var change = new NpgsqlCommand(
            $"""
            alter table fact alter column fact_key type bytea using uuid_send(fact_key), alter column result_key type bytea using uuid_send(result_key);
            alter table moved_result alter column result_key type bytea using uuid_send(result_key);
            delete from "__EFMigrationsHistory" where "MigrationId" = '{UuidKeys.Id}';
            """, connection);
        await change.ExecuteNonQueryAsync(Token);
    }
}
