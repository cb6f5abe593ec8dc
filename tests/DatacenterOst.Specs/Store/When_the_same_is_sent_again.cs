using DatacenterOst.Clinical;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Store;
using static DatacenterOst.Specs.Databases.TestStore;

namespace DatacenterOst.Specs.Store;

public sealed class When_the_same_is_sent_again(PrivatePostgres postgres)
{
    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task nothing_changes_and_the_outcome_says_so(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        Arrival Again() => store.Message(
            Anna,
            Value("r1", 96, "2026-03-01 08:00", "2026-03-01 09:00"),
            Value("r2", 101, "2026-03-02 08:00", "2026-03-02 09:00", FactStatus.Corrected));
        var first = await store.Receive(Again());
        store.Clock.Set("2026-03-11 08:00");
        var second = await store.Receive(Again(), Again());
        Assert.All(first[0].Items, item => Assert.Equal(ItemState.New, item.State));
        Assert.All(second.SelectMany(record => record.Items), item => Assert.Equal(ItemState.Unchanged, item.State));
        Assert.Equal(first[0].Patient, second[0].Patient);
        Assert.Equal("96 101", await store.Values(first[0].Patient));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_correction_without_a_time_of_its_own_keeps_that_of_its_first_arrival(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        store.Clock.Set("2026-03-10 08:00");
        var anna = (await store.Receive(store.Message(Anna, "correction", Value("r1", 96, "2026-03-01 08:00", "2026-03-10 08:00", FactStatus.Corrected))))[0].Patient;
        store.Clock.Set("2026-03-11 08:00");
        var again = await store.Receive(store.Message(Anna, "correction", Value("r1", 96, "2026-03-01 08:00", "2026-03-11 08:00", FactStatus.Corrected)));
        Assert.Equal(ItemState.Unchanged, again[0].Items[0].State);
        Assert.Equal(SetClock.At("2026-03-10 08:00"), Assert.Single(await store.Read(anna, AsOf.KnownBy(DateTimeOffset.MaxValue))).Finding.KnownAt);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task the_same_value_from_another_source_is_a_doublet_and_counts_once(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(Anna, Value("lab-1", 96, "2026-03-01 08:00", "2026-03-01 10:00"));
        var outcome = await store.Receive(store.Message(Anna, Value("copy-1", 96.0m, "2026-03-01 08:00", "2026-03-01 09:00")));
        var other = await store.Receive(store.Message(Anna, Value("copy-2", 97, "2026-03-01 08:00", "2026-03-01 09:00")));
        Assert.Equal(ItemState.Doublet, outcome[0].Items[0].State);
        Assert.Equal(ItemState.New, other[0].Items[0].State);
        var facts = await store.Read(anna, AsOf.KnownBy(DateTimeOffset.MaxValue));
        Assert.Equal(2, facts.Count);
        Assert.All(facts, fact => Assert.Equal(SetClock.At("2026-03-01 09:00"), fact.Finding.KnownAt));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_store_that_was_closed_and_opened_has_it_still(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(Anna, Value("r1", 96, "2026-03-01 08:00", "2026-03-01 09:00"));
        await using var again = await StoreDatabase.Open(store.Settings, store.Clock, TestContext.Current.CancellationToken);
        var facts = await new Timeline(again).Read(
            anna, new TimelineQuery([Creatinine.Code], SetClock.At("2026-01-01"), SetClock.At("2027-01-01")),
            AsOf.KnownBy(DateTimeOffset.MaxValue), Access.Caller.Product, TestContext.Current.CancellationToken);
        Assert.Equal(96, Assert.Single(facts).Finding.Value);
        Assert.Equal(Creatinine, facts[0].Finding.Concept);
    }
}
