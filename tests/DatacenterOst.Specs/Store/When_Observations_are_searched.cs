using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Store;
using static DatacenterOst.Specs.Databases.TestStore;

namespace DatacenterOst.Specs.Store;

public sealed class When_Observations_are_searched(PrivatePostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static ObservationQuery All(PatientId patient, int count = 100, string? cursor = null) =>
        new(patient, [], [], DateOrder.OldestFirst, count, cursor);

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task pages_neither_repeat_nor_lose_a_row_while_others_write(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var search = new ObservationSearch(store.Database);
        var anna = await store.Receive(Anna, [.. Enumerable.Range(1, 25).Select(day => Value($"r{day}", day, $"2026-01-{day:00} 08:00", "2026-02-01 09:00"))]);
        var seen = new List<decimal>();
        string? cursor = null;
        do
        {
            var page = await search.Find(All(anna, 10, cursor), Caller.Product, Cancelled);
            Assert.Equal(25, page.Total);
            seen.AddRange(page.Rows.Select(row => row.Facts[0].Finding.Value!.Value));
            cursor = page.Next;
            store.Clock.Set($"2026-03-11 08:{seen.Count}");
            await store.Receive(Anna, Value($"new{seen.Count}", 1000 + seen.Count, "2026-01-30 08:00", "2026-02-01 09:00"), Value("r24", 24.5m, "2026-01-01 06:00", "2026-02-03 09:00", FactStatus.Corrected));
        }
        while (cursor is not null);
        Assert.Equal(Enumerable.Range(1, 25).Select(day => (decimal)day), seen);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task resources_results_without_one_and_resources_without_a_fact_are_found(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var search = new ObservationSearch(store.Database);
        await store.Receive(store.Observation(Anna, "with-fact", 96, "2026-03-01 08:00", "2026-03-01 09:00"));
        await store.Receive(store.Observation(Anna, "no-fact", null, "2026-03-02 08:00", "2026-03-02 09:00", code: "72166-2"));
        var anna = await store.Receive(Anna, Value("lab", 97, "2026-03-03 08:00", "2026-03-03 09:00"), Value("copy", 96, "2026-03-01 08:00", "2026-03-01 10:00"));
        var rows = (await search.Find(All(anna), Caller.Product, Cancelled)).Rows;
        Assert.Equal(["with-fact", "no-fact"], rows.Take(2).Select(row => row.Id));
        Assert.Equal(3, rows.Count);
        Assert.Matches("^r-[a-z2-7]{52}$", rows[2].Id);
        var read = await search.Read(rows[2].Id, Caller.Product, Cancelled);
        Assert.Equal(97, read!.Facts[0].Finding.Value);
        Assert.Null(await search.Read("r-" + new string('a', 52), Caller.Product, Cancelled));
        var byCode = await search.Find(All(anna) with { Codes = [new Token("http://loinc.org", "72166-2"), new Token(null, "none")] }, Caller.Product, Cancelled);
        Assert.Equal("no-fact", Assert.Single(byCode.Rows).Id);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task the_id_of_a_result_stays_when_it_is_corrected(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var search = new ObservationSearch(store.Database);
        var anna = await store.Receive(Anna, Value("lab", 97, "2026-03-03 08:00", "2026-03-03 09:00"));
        var before = (await search.Find(All(anna), Caller.Product, Cancelled)).Rows[0].Id;
        store.Clock.Set("2026-03-11 08:00");
        await store.Receive(Anna, Value("lab", 98, "2026-03-03 08:00", "2026-03-04 09:00", FactStatus.Corrected));
        Assert.Equal(before, (await search.Find(All(anna), Caller.Product, Cancelled)).Rows[0].Id);
        Assert.Equal(98, (await search.Read(before, Caller.Product, Cancelled))!.Facts[0].Finding.Value);
    }

    [Theory]
    [InlineData(StoreProvider.Sqlite, DatePrefix.Eq, "2026-03-02", "2")]
    [InlineData(StoreProvider.Sqlite, DatePrefix.Ne, "2026-03-02", "3 1")]
    [InlineData(StoreProvider.Sqlite, DatePrefix.Gt, "2026-03-02", "3")]
    [InlineData(StoreProvider.Sqlite, DatePrefix.Ge, "2026-03-02", "3 2")]
    [InlineData(StoreProvider.Sqlite, DatePrefix.Lt, "2026-03-02", "1")]
    [InlineData(StoreProvider.Sqlite, DatePrefix.Le, "2026-03-02", "2 1")]
    [InlineData(StoreProvider.PostgreSql, DatePrefix.Ge, "2026-03-02", "3 2")]
    [InlineData(StoreProvider.PostgreSql, DatePrefix.Lt, "2026-03-02", "1")]
    public async Task dates_are_compared_as_their_prefix_says(StoreProvider provider, DatePrefix prefix, string day, string expected)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(Anna, [.. Enumerable.Range(1, 3).Select(number => Value($"r{number}", number, $"2026-03-0{number} 08:00", "2026-03-04 09:00"))]);
        var low = SetClock.At(day);
        var page = await new ObservationSearch(store.Database).Find(
            All(anna) with { Order = DateOrder.NewestFirst, Dates = [new DateFilter(prefix, low, low.AddDays(1))] }, Caller.Product, Cancelled);
        Assert.Equal(expected, string.Join(' ', page.Rows.Select(row => row.Facts[0].Finding.Value)));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task patients_are_found_by_identifier_name_and_birth_date(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(Anna);
        var bo = await store.Receive(Person("bo", "Ærø", "Bo Åge", "1990-01-01", Sex.Male));
        var search = new PatientSearch(store.Database);
        async Task<PatientId[]> Found(PatientQuery query) =>
            [.. (await search.Find(query, Caller.Product, Cancelled)).Rows.Select(row => row.Record.Patient)];
        var any = new PatientQuery([], [], [], [], 50, null);
        Assert.Equal([anna], await Found(any with { Names = ["sor"] }));
        Assert.Equal([bo], await Found(any with { Names = ["aer"] }));
        Assert.Equal([bo], await Found(any with { Names = ["åg"] }));
        Assert.Empty(await Found(any with { Names = ["ensen"] }));
        Assert.Empty(await Found(any with { Names = ["%"], Identifiers = [new Token(null, "nobody")] }));
        Assert.Equal([anna], await Found(any with { Identifiers = [new Token("urn:test:number", "anna")] }));
        Assert.Equal([bo], await Found(any with { Identifiers = [new Token(null, "bo")] }));
        Assert.Equal([bo], await Found(any with { BirthDates = [new DateFilter(DatePrefix.Gt, SetClock.At("1961-05-04"), SetClock.At("1961-05-05"))] }));
        Assert.Equal([anna], await Found(any with { BirthDates = [new DateFilter(DatePrefix.Eq, SetClock.At("1961-01-01"), SetClock.At("1962-01-01"))] }));
        var first = await search.Find(any with { Count = 1 }, Caller.Product, Cancelled);
        var second = await search.Find(any with { Count = 1, Cursor = first.Next }, Caller.Product, Cancelled);
        Assert.Null(second.Next);
        Assert.NotEqual(first.Rows[0].Record.Patient, second.Rows[0].Record.Patient);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_cursor_that_is_none_is_refused_in_words(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var problem = await Assert.ThrowsAsync<Problem>(() => new ObservationSearch(store.Database).Find(All(new PatientId(1), 10, "x%"), Caller.Product, Cancelled));
        Assert.Equal((ProblemKind.Invalid, "cursor"), (problem.Kind, problem.Where));
    }
}
