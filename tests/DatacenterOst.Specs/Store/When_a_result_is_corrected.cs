using DatacenterOst.Clinical;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Store;
using static DatacenterOst.Specs.Databases.TestStore;

namespace DatacenterOst.Specs.Store;

public sealed class When_a_result_is_corrected(PrivatePostgres postgres)
{
    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task the_first_value_is_still_what_was_known_before(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(Anna, Value("r1", 96, "2026-03-01 08:00", "2026-03-01 09:00"));
        await store.Receive(Anna, Value("r1", 196, "2026-03-01 08:00", "2026-03-02 10:00", FactStatus.Corrected));
        Assert.Equal("96", await store.Values(anna, known: "2026-03-02 09:59"));
        Assert.Equal("196", await store.Values(anna, known: "2026-03-02 10:00"));
        Assert.Equal("", await store.Values(anna, known: "2026-03-01 08:59"));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task what_the_store_had_then_is_what_it_answers_for_then(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        store.Clock.Set("2026-03-05 12:00");
        var anna = await store.Receive(Anna, Value("r1", 96, "2026-03-01 08:00", "2026-03-01 09:00"));
        store.Clock.Set("2026-03-06 12:00");
        await store.Receive(Anna, Value("r1", 196, "2026-03-01 08:00", "2026-03-02 10:00", FactStatus.Corrected));
        Assert.Equal("", await store.Values(anna, stored: "2026-03-05 11:00"));
        Assert.Equal("96", await store.Values(anna, stored: "2026-03-05 12:01"));
        Assert.Equal("196", await store.Values(anna, stored: "2026-03-06 12:01"));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_retracted_value_is_gone_and_comes_back_when_it_is_restored(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(Anna, Value("r1", 96, "2026-03-01 08:00", "2026-03-01 09:00"));
        await store.Receive(Anna, Value("r1", 96, "2026-03-01 08:00", "2026-03-02 09:00", FactStatus.Retracted));
        await store.Receive(Anna, Value("r1", 96, "2026-03-01 08:00", "2026-03-03 09:00"));
        Assert.Equal("96", await store.Values(anna, known: "2026-03-01 12:00"));
        Assert.Equal("", await store.Values(anna, known: "2026-03-02 12:00"));
        Assert.Equal("96", await store.Values(anna, known: "2026-03-03 12:00"));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_value_moved_out_of_the_window_is_not_found_where_it_was(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(Anna, Value("r1", 96, "2026-03-01 08:00", "2026-03-01 09:00"));
        await store.Receive(Anna, Value("r1", 96, "2026-02-01 08:00", "2026-03-02 09:00", FactStatus.Corrected));
        Assert.Empty(await store.Read(anna, AsOf.KnownBy(DateTimeOffset.MaxValue), from: "2026-03-01", concepts: Creatinine));
        Assert.Single(await store.Read(anna, AsOf.KnownBy(DateTimeOffset.MaxValue), from: "2026-02-01", concepts: Creatinine));
        Assert.Single(await store.Read(anna, AsOf.KnownBy(SetClock.At("2026-03-01 12:00")), from: "2026-03-01", concepts: Creatinine));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task of_two_values_known_at_the_same_time_the_later_arrival_counts(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var outcomes = await store.Receive(store.Message(
            Anna,
            Value("r1", 500, "2026-03-01 08:00", "2026-03-01 09:00"),
            Value("r1", 50, "2026-03-01 08:00", "2026-03-01 09:00")));
        Assert.Equal("50", await store.Values(outcomes[0].Patient));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task the_whole_history_of_the_result_can_be_read(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(Anna, Value("r1", 96.50m, "2026-03-01 08:00", "2026-03-01 09:00"));
        await store.Receive(Anna, Value("r1", 196, "2026-03-01 08:00", "2026-03-02 10:00", FactStatus.Corrected));
        var history = await store.Timeline.ReadUnresolved(
            anna, new TimelineQuery([], SetClock.At("2026-01-01"), SetClock.At("2027-01-01")), AsOf.KnownBy(DateTimeOffset.MaxValue),
            Access.Caller.Product, TestContext.Current.CancellationToken);
        Assert.Equal([FactStatus.Final, FactStatus.Corrected], history.Select(fact => fact.Finding.Status));
        Assert.Equal("96.50", history[0].Finding.Value!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(("test", "OBX[1]", "test/1"), (history[0].Source.Profile, history[0].Source.Place, history[0].Finding.Rule));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_correction_that_is_written_at_the_same_time_as_its_original_still_moves_it(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(Anna);
        for (var round = 0; round < 20; round++)
        {
            var original = store.Message(Anna, Value("r" + round, 96, "2026-03-01 08:00", "2026-03-01 09:00"));
            var correction = store.Message(Anna, Value("r" + round, 96, "2026-02-01 08:00", "2026-03-02 09:00", FactStatus.Corrected));
            await Task.WhenAll(store.Receive(original), store.Receive(correction));
        }

        Assert.Empty(await store.Read(anna, AsOf.KnownBy(DateTimeOffset.MaxValue), from: "2026-03-01", concepts: Creatinine));
    }
}
