using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Store;
using static DatacenterOst.Specs.Databases.TestStore;

namespace DatacenterOst.Specs.Store;

public sealed class When_Observations_are_searched(PrivatePostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task pages_neither_repeat_nor_lose_a_row_while_others_write(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(Anna, [.. Enumerable.Range(1, 25).Select(day => Value($"r{day}", day, $"2026-01-{day:00} 08:00", "2026-02-01 09:00"))]);
        var question = $"patient={await store.IdOf(anna)}&_sort=date&_count=10&_total=accurate";
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await store.Search("Observation", question, cursor);
            Assert.Equal(25, page.Total);
            seen.AddRange(Shown(page).Split(' '));
            cursor = page.Next;
            store.Clock.Set($"2026-03-11 08:{seen.Count}");
            await store.Receive(Anna, Value($"new{seen.Count}", 1000 + seen.Count, "2026-01-30 08:00", "2026-02-01 09:00"), Value("r24", 24.5m, "2026-01-01 06:00", "2026-02-03 09:00", FactStatus.Corrected));
        }
        while (cursor is not null);
        Assert.Equal(Enumerable.Range(1, 25).Select(day => $"{day}"), seen);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task resources_results_without_one_and_resources_without_a_fact_are_found(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        await store.Receive(store.Observation(Anna, "with-fact", 96, "2026-03-01 08:00", "2026-03-01 09:00"));
        await store.Receive(store.Observation(Anna, "no-fact", null, "2026-03-02 08:00", "2026-03-02 09:00", code: "72166-2"));
        var anna = await store.Receive(Anna, Value("lab", 97, "2026-03-03 08:00", "2026-03-03 09:00"), Value("copy", 96, "2026-03-01 08:00", "2026-03-01 10:00"));
        var rows = (await store.Search("Observation", $"patient={await store.IdOf(anna)}&_sort=date")).Rows;
        Assert.Equal(["with-fact", "no-fact"], rows.Take(2).Select(row => row.Resource.Id));
        Assert.Equal(3, rows.Count);
        Assert.Matches("^r-[a-z2-7]{26}$", rows[2].Resource.Id);
        var read = await new Resources(store.Database).Read("Observation", rows[2].Resource.Id, Caller.Product, Cancelled);
        Assert.Equal(97, Fhir.Resource.ParseJson(read!.Body).Root["value"]["value"].AsDecimal());
        var byCode = await store.Search("Observation", "code=http://loinc.org|72166-2,none");
        Assert.Equal("no-fact", Assert.Single(byCode.Rows).Resource.Id);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task the_id_of_a_result_stays_when_it_is_corrected(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(Anna, Value("lab", 97, "2026-03-03 08:00", "2026-03-03 09:00"));
        var question = $"patient={await store.IdOf(anna)}";
        var before = (await store.Search("Observation", question)).Rows[0].Resource.Id;
        store.Clock.Set("2026-03-11 08:00");
        await store.Receive(Anna, Value("lab", 98, "2026-03-03 08:00", "2026-03-04 09:00", FactStatus.Corrected));
        var after = await store.Search("Observation", question);
        Assert.Equal(before, Assert.Single(after.Rows).Resource.Id);
        Assert.Equal("98", Shown(after));
        Assert.Equal("97", Shown(await store.Search("Observation", question + "&_asOf=2026-03-04T08:59:00Z")));
        store.Clock.Set("2026-03-12 08:00");
        await store.Receive(Anna, Value("lab", 98, "2026-03-03 08:00", "2026-03-05 09:00", FactStatus.Retracted));
        Assert.Empty((await store.Search("Observation", question)).Rows);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_patient_who_gets_an_id_of_a_FHIR_source_keeps_their_results_under_it(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(Anna, Value("lab", 97, "2026-03-03 08:00", "2026-03-03 09:00"));
        var former = await store.IdOf(anna);
        await store.Receive(Anna with { Reference = "Patient/anna-fhir" }, Value("lab2", 98, "2026-03-04 08:00", "2026-03-04 09:00"));
        Assert.Equal("anna-fhir", await store.IdOf(anna));
        Assert.Equal("97 98", Shown(await store.Search("Observation", "subject=Patient/anna-fhir&_sort=date")));
        Assert.Equal("97 98", Shown(await store.Search("Observation", "patient=anna-fhir&_sort=date")));
        Assert.True((await new Resources(store.Database).Read("Patient", former, Caller.Product, Cancelled))!.IsDeleted);
    }

    [Theory]
    [InlineData(StoreProvider.Sqlite, "eq", "2")]
    [InlineData(StoreProvider.Sqlite, "ne", "3 1")]
    [InlineData(StoreProvider.Sqlite, "gt", "3")]
    [InlineData(StoreProvider.Sqlite, "ge", "3 2")]
    [InlineData(StoreProvider.Sqlite, "lt", "1")]
    [InlineData(StoreProvider.Sqlite, "le", "2 1")]
    [InlineData(StoreProvider.PostgreSql, "ge", "3 2")]
    [InlineData(StoreProvider.PostgreSql, "lt", "1")]
    public async Task dates_are_compared_as_their_prefix_says(StoreProvider provider, string prefix, string expected)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(Anna, [.. Enumerable.Range(1, 3).Select(number => Value($"r{number}", number, $"2026-03-0{number} 08:00", "2026-03-04 09:00"))]);
        Assert.Equal(expected, Shown(await store.Search("Observation", $"patient={await store.IdOf(anna)}&date={prefix}2026-03-02")));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task patients_of_other_sources_are_found_by_identifier_name_and_birth_date(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(Anna);
        var bo = await store.Receive(Person("bo", "Ærø", "Bo Åge", "1990-01-01", Sex.Male));
        async Task<PatientId[]> Found(string question) => [.. (await store.Search("Patient", question)).Rows.Select(row => row.Resource.Patient)];
        Assert.Equal([anna], await Found("name=sor"));
        Assert.Equal([bo], await Found("name=aer"));
        Assert.Equal([bo], await Found("name=åg"));
        Assert.Empty(await Found("name=ensen"));
        Assert.Empty(await Found("name=%&identifier=nobody"));
        Assert.Equal([anna], await Found("identifier=urn:test:number|anna"));
        Assert.Equal([bo], await Found("identifier=bo"));
        Assert.Equal([bo], await Found("birthdate=gt1961-05-04"));
        Assert.Equal([anna], await Found("birthdate=1961"));
        var first = await store.Search("Patient", "_count=1");
        var second = await store.Search("Patient", "_count=1", first.Next);
        Assert.Null(second.Next);
        Assert.NotEqual(first.Rows[0].Resource.Patient, second.Rows[0].Resource.Patient);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_cursor_that_is_none_is_refused_in_words(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var problem = await Assert.ThrowsAsync<Problem>(() => store.Search("Observation", "", "x%"));
        Assert.Equal((ProblemKind.Invalid, "cursor"), (problem.Kind, problem.Where));
    }
}
