using DatacenterOst.Clinical;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Store;
using Npgsql;
using static DatacenterOst.Specs.Databases.TestStore;

namespace DatacenterOst.Specs.Store;

public sealed class When_a_commit_is_not_confirmed(PrivatePostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_warning_at_commit_is_an_unknown_outcome_and_never_a_success()
    {
        await using var store = await Open(StoreProvider.PostgreSql, postgres);
        await Run(store, """
            create function warn() returns trigger language plpgsql as $$ begin raise warning 'not replicated'; return null; end $$;
            create constraint trigger warns after insert on fact deferrable initially deferred for each row execute function warn();
            """);
        var unknown = await Assert.ThrowsAsync<Problem>(() => store.Receive(Anna, Value("r1", 96, "2026-03-01 08:00", "2026-03-01 09:00")));
        Assert.Equal(ProblemKind.Unavailable, unknown.Kind);
        Assert.StartsWith("outcome unknown", unknown.Message, StringComparison.Ordinal);
        await Run(store, "drop trigger warns on fact");
        var again = await store.Receive(store.Message(Anna, Value("r1", 96, "2026-03-01 08:00", "2026-03-01 09:00")));
        Assert.Equal(ItemState.Unchanged, again[0].Items[0].State);
    }

    [Fact]
    public async Task a_stalled_standby_whose_wait_is_cancelled_is_an_unknown_outcome()
    {
        await using var store = await Open(StoreProvider.PostgreSql, postgres);
        var database = new NpgsqlConnectionStringBuilder(store.Settings.ConnectionString).Database;
        await Run(store, $"alter database {database} set synchronous_commit = on");
        await using var asking = await StoreDatabase.Open(store.Settings, store.Clock, Cancelled);
        await new Intake(asking).Write("test", [store.Message(Anna, Value("r0", 95, "2026-03-01 08:00", "2026-03-01 09:00"))], Access.Caller.Product, Cancelled);
        await Run(store, "alter system set synchronous_standby_names = 'nobody'");
        await Run(store, "select pg_reload_conf()");
        try
        {
            await UntilCommitsWait(store);
            var writing = new Intake(asking).Write(
                "test", [store.Message(Anna, Value("r1", 96, "2026-03-01 08:00", "2026-03-01 09:00"))], Access.Caller.Product, Cancelled);
            for (var attempt = 0; attempt < 300 && !writing.IsCompleted; attempt++)
            {
                await Run(store, CancelWaits);
                await Task.Delay(100, Cancelled);
            }

            var unknown = await Assert.ThrowsAsync<Problem>(() => writing);
            Assert.Equal(ProblemKind.Unavailable, unknown.Kind);
        }
        finally
        {
            await Run(store, "alter system reset synchronous_standby_names");
            await Run(store, "select pg_reload_conf()");
        }
    }

    [Fact]
    public async Task a_server_that_cannot_be_reached_is_a_problem_that_says_where_to_look()
    {
        var problem = await Assert.ThrowsAsync<Problem>(() => StoreDatabase.Open(
            StoreSettings.Postgres("Host=/nowhere;Username=dost;Database=dost;Timeout=2"), TimeProvider.System, Cancelled));
        Assert.Equal((ProblemKind.Unavailable, "Store:ConnectionString"), (problem.Kind, problem.Where));
    }

    private const string CancelWaits = "select count(pg_cancel_backend(pid)) from pg_stat_activity where wait_event = 'SyncRep' and datname = current_database()";

    // The setting holds when PostgreSQL's checkpointer has read it, which takes a while on a busy machine.
    private static async Task UntilCommitsWait(TestStore store)
    {
        for (var isWaitedFor = false; !isWaitedFor;)
        {
            var probing = Run(store, "insert into setting (name, value) values ('probe', '') on conflict (name) do update set value = ''", "on");
            while (!probing.IsCompleted)
            {
                isWaitedFor |= await Run(store, CancelWaits) is > 0L;
                await Task.Delay(20, Cancelled);
            }

            await probing;
        }
    }

    private static async Task<object?> Run(TestStore store, string sql, string commit = "local")
    {
        await using var connection = new NpgsqlConnection(store.Settings.ConnectionString + $";Pooling=false;Options=-c synchronous_commit={commit}");
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancelled);
    }
}
