using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Normalise;
using DatacenterOst.Sources;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Store;
using static DatacenterOst.Specs.Databases.TestStore;

namespace DatacenterOst.Specs.Store;

public sealed class When_two_sources_name_a_patient(PrivatePostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task spellings_of_one_name_are_one_patient(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(Anna);
        Assert.Equal(anna, await store.Receive(Person("anna", "SOERENSEN", null, "1961-05-04")));
        Assert.Equal(anna, await store.Receive(Person("anna", "Jensen", "Anna Marie")));
        var record = await store.Directory.Get(anna, Caller.Product, Cancelled);
        Assert.Equal(("Sørensen", "Anna", Sex.Female), (record.Demographics.FamilyName, record.Demographics.GivenNames, record.Demographics.Sex));
    }

    [Theory]
    [InlineData(StoreProvider.Sqlite, "Sørensen", "1961-05-05", Sex.Female, "birth date")]
    [InlineData(StoreProvider.PostgreSql, "Sørensen", "1961-05-05", Sex.Female, "birth date")]
    [InlineData(StoreProvider.Sqlite, "Madsen", "1961-05-04", Sex.Male, "sex and name")]
    [InlineData(StoreProvider.PostgreSql, "Madsen", "1961-05-04", Sex.Male, "sex and name")]
    public async Task a_different_person_is_rejected_with_the_fields_that_differ(
        StoreProvider provider, string family, string birth, Sex sex, string fields)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(Anna, Value("r1", 96, "2026-03-01 08:00", "2026-03-01 09:00"));
        var outcome = (await store.Receive(store.Message(
            Person("anna", family, null, birth, sex), Value("r2", 300, "2026-03-01 08:00", "2026-03-01 09:00"))))[0];
        var rejection = Assert.Single(Assert.Single(outcome.Items).Rejections);
        Assert.Equal((RejectionReasons.PatientMismatch, fields), (rejection.Reason, rejection.Subject));
        Assert.Contains("'test'", rejection.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("1961", rejection.Message, StringComparison.Ordinal);
        Assert.Equal(PatientId.None, outcome.Patient);
        Assert.Equal("96", await store.Values(anna));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task identifiers_that_lead_to_two_patients_are_rejected(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var outcomes = await store.Receive(
            store.Message(Person("one"), Value("r1", 1, "2026-03-01 08:00", "2026-03-01 09:00")),
            store.Message(Person("two"), Value("r2", 2, "2026-03-01 08:00", "2026-03-01 09:00")),
            store.Message(
                Person("one") with { Identifiers = [new Identifier("urn:test:number", "one"), new Identifier("urn:test:number", "two")] },
                Value("r3", 3, "2026-03-01 08:00", "2026-03-01 09:00")));
        Assert.NotEqual(outcomes[0].Patient, outcomes[1].Patient);
        Assert.Equal(RejectionReasons.PatientMismatch, outcomes[2].Items[0].Rejections[0].Reason);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_reference_makes_a_stub_that_the_patient_resource_completes(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var stub = new RawPatient([], "Patient/p1", Demographics.Unknown);
        var first = await store.Receive(stub, Value("r1", 96, "2026-03-01 08:00", "2026-03-01 09:00"));
        var second = await store.Receive(Anna with { Reference = "Patient/p1" });
        Assert.Equal(first, second);
        var record = await store.Directory.Get(first, Caller.Product, Cancelled);
        Assert.Equal(("p1", "Sørensen"), (record.FhirId, record.Demographics.FamilyName));
        Assert.Equal(first, await store.Directory.Find(new Identifier("urn:test:number", "anna"), Caller.Product, Cancelled));
        Assert.Equal(first, await store.Directory.FindReference("Patient/p1", Caller.Product, Cancelled));
        Assert.Null(await store.Directory.FindReference("Patient/unknown", Caller.Product, Cancelled));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task writers_who_meet_the_same_new_patients_end_with_one_of_each(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        await using var other = await StoreDatabase.Open(store.Settings, store.Clock, Cancelled);
        var stores = new[] { store.Intake, new Intake(other) };
        var writers = Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                var arrivals = Enumerable.Range(0, 20).Select(number => store.Message(
                    Person("p" + (writer % 2 == 0 ? number : 19 - number)),
                    Value($"w{writer}-{number}", number, "2026-03-01 08:00", "2026-03-01 09:00"))).ToList();
                return await stores[writer % 2].Write("test", arrivals, Caller.Product, Cancelled);
            },
            Cancelled));
        var outcomes = await Task.WhenAll(writers);
        Assert.Equal(20, outcomes.SelectMany(written => written).Select(record => record.Patient).Distinct().Count());
        var patients = await store.Search("Patient", "_count=100");
        Assert.Equal(20, patients.Rows.Count);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_result_without_a_patient_is_rejected(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var finding = Value("r1", 96, "2026-03-01 08:00", "2026-03-01 09:00");
        var outcomes = await store.Receive(
            store.Message(null, "one", finding), store.Message(new RawPatient([], null, Demographics.Unknown), "two", finding));
        Assert.All(outcomes, record => Assert.Equal(RejectionReasons.PatientMissing, record.Items[0].Rejections[0].Reason));
    }
}
