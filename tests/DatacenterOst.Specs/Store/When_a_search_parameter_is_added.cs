using DatacenterOst.Specs.Databases;
using DatacenterOst.Store;
using DatacenterOst.Store.Search;
using static DatacenterOst.Specs.Databases.TestStore;

namespace DatacenterOst.Specs.Store;

public sealed class When_a_search_parameter_is_added(PrivatePostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task what_was_there_before_is_found_and_what_comes_while_it_is_indexed(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        foreach (var numbers in Enumerable.Range(0, 1_200).Chunk(100))
        {
            await store.Receive(Anna, [.. numbers.Select(number => Value($"r{number}", number, "2026-03-01 08:00", "2026-03-01 09:00"))]);
        }

        await store.Receive(Definition(store, "Observation.code.coding.code"));
        var custom = new CustomParameters(store.Database);
        await custom.Refresh(Cancelled);
        Assert.Empty(store.Database.Parameters.Custom);
        var indexing = custom.Index(Cancelled);
        await store.Receive(Anna, Value("later", 1_200, "2026-03-02 08:00", "2026-03-02 09:00"));
        while (!indexing.IsCompleted)
        {
            store.Clock.Set("2026-03-10 12:10");
            await Task.WhenAny(indexing, Task.Delay(50, Cancelled));
        }

        await indexing;
        Assert.True(Assert.Single(custom.States) is { IsReady: true, Resources: >= 1_200 });
        Assert.Equal(1_201, (await store.Search("Observation", "any-code=14682-9&_count=0")).Total);
        Assert.Equal(0, (await store.Search("Observation", "any-code=1&_count=0")).Total);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task its_index_goes_on_where_it_was_interrupted(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        foreach (var numbers in Enumerable.Range(0, 1_100).Chunk(100))
        {
            await store.Receive(Anna, [.. numbers.Select(number => Value($"r{number}", number, "2026-03-01 08:00", "2026-03-01 09:00"))]);
        }

        await store.Receive(Definition(store, "Observation.code.coding.code"));
        var custom = new CustomParameters(store.Database);
        await custom.Refresh(Cancelled);

        // After its first pass the work waits for writers who did not know of the parameter, and is given up there.
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled))
        {
            stop.CancelAfter(TimeSpan.FromSeconds(3));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => custom.Index(stop.Token));
        }

        var again = new CustomParameters(store.Database);
        await again.Refresh(Cancelled);
        Assert.True(Assert.Single(again.States) is { IsReady: false, Resources: >= 1_100 });
        await Finish(store, again);
        Assert.True(Assert.Single(again.States) is { IsReady: true });
        Assert.Equal(1_100, (await store.Search("Observation", "any-code=14682-9&_count=0")).Total);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task drafts_beside_it_do_not_matter_and_one_too_many_is_named(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        await store.Receive([.. Enumerable.Range(0, 300).Select(number => Definition(store, "Observation.code.coding.code", $"draft-{number}", "draft"))]);
        await store.Receive(Anna, Value("r1", 1, "2026-03-01 08:00", "2026-03-01 09:00"));
        await store.Receive(Definition(store, "Observation.code.coding.code"));
        var custom = new CustomParameters(store.Database);
        await custom.Refresh(Cancelled);
        await Finish(store, custom);
        Assert.Equal(1, (await store.Search("Observation", "any-code=14682-9&_count=0")).Total);
        await store.Receive([.. Enumerable.Range(0, CustomParameters.MaxParameters).Select(number => Definition(store, "Observation.code.coding.code", $"more-{number}", "active"))]);
        await custom.Refresh(Cancelled);
        Assert.Equal(CustomParameters.MaxParameters, custom.States.Count(state => state.Problem is null));
        Assert.Contains("200", Assert.Single(custom.States, state => state.Problem is not null).Problem, StringComparison.Ordinal);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_second_one_is_known_while_the_first_is_being_indexed(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        await store.Receive(Anna, Value("r1", 1, "2026-03-01 08:00", "2026-03-01 09:00"));
        await store.Receive(Definition(store, "Observation.code.coding.code"));
        var custom = new CustomParameters(store.Database);
        await custom.Refresh(Cancelled);
        var indexing = custom.Index(Cancelled);
        await store.Receive(Definition(store, "Observation.code.coding.code", "second", "active"));
        await custom.Refresh(Cancelled);
        Assert.Equal(2, custom.States.Count);
        Assert.False(indexing.IsCompleted);
        await store.Receive(Anna, Value("r2", 2, "2026-03-02 08:00", "2026-03-02 09:00"));
        await Finish(store, custom, indexing);
        await Finish(store, custom);
        Assert.Equal(2, (await store.Search("Observation", "any-code=14682-9&_count=0")).Total);
        Assert.Equal(2, (await store.Search("Observation", "second=14682-9&_count=0")).Total);
    }

    // The work waits for writers who did not know of the parameter by the clock of the store.
    private static async Task Finish(TestStore store, CustomParameters custom, Task? begun = null)
    {
        var indexing = begun ?? custom.Index(Cancelled);
        while (!indexing.IsCompleted) await Task.WhenAny(indexing, Task.Delay(50, Cancelled));
        await indexing;
    }

    private static Arrival Definition(TestStore store, string expression, string code = "any-code", string status = "active")
    {
        var json = $$"""
            {"resourceType":"SearchParameter","id":"{{code}}","url":"http://example.org/{{code}}","name":"AnyCode","status":"{{status}}","description":"any code","code":"{{code}}","base":["Observation"],"type":"token","expression":"{{expression}}"}
            """;
        var bytes = System.Text.Encoding.UTF8.GetBytes(json);
        var item = new Normalise.NormalItem("entry[1]", [], Fhir.Resource.ParseJson(bytes), []);
        return new Arrival(new Normalise.NormalRecord(new Sources.RawRecord(bytes, "entry[1]", null, []), [item]), store.Clock.GetUtcNow());
    }
}
