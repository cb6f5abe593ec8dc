using System.Text;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Normalise;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Store;
using static DatacenterOst.Specs.Databases.TestStore;

namespace DatacenterOst.Specs.Store;

public sealed class When_something_cannot_be_understood(PrivatePostgres postgres)
{
    private static readonly Finding Understood = Value("r1", 96, "2026-03-01 08:00", "2026-03-10 12:00", FactStatus.Corrected);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static Arrival Unmapped(TestStore store)
    {
        var message = store.Message(Anna, "OBX|1|NM|XYZ||96", Value("r0", 5, "2026-03-01 08:00", "2026-03-01 09:00"));
        var unmapped = new NormalItem("message 1, OBX[2]", [], null, [new Rejection(RejectionReasons.CodeUnmapped, "message 1, OBX[2]", "map XYZ", "XYZ")]);
        return message with { Record = message.Record with { Items = [.. message.Record.Items, unmapped] } };
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task it_is_kept_and_listed_and_the_good_rest_is_stored(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var outcome = (await store.Receive(Unmapped(store)))[0];
        await store.Receive(Unmapped(store));
        Assert.Equal([ItemState.New, ItemState.Rejected], outcome.Items.Select(item => item.State));
        Assert.Equal("5", await store.Values(outcome.Patient));
        var rejections = new Rejections(store.Database);
        var kept = Assert.Single(await rejections.List(new RejectionFilter(), null, 10, Caller.Product, Cancelled));
        Assert.Equal((RejectionReasons.CodeUnmapped, "XYZ", "message 1, OBX[2]"), (kept.Rejection.Reason, kept.Rejection.Subject, kept.Rejection.Place));
        Assert.Equal(new RejectionCount("test", RejectionReasons.CodeUnmapped, "XYZ", 1), Assert.Single(await rejections.Count(new RejectionFilter(), Caller.Product, Cancelled)));
        Assert.Empty(await rejections.List(new RejectionFilter(Subject: "ABC"), null, 10, Caller.Product, Cancelled));
        var raw = await new RawRecords(store.Database).Read(kept.Patient, kept.Raw, Caller.Product, Cancelled);
        Assert.Equal("OBX|1|NM|XYZ||96", Encoding.UTF8.GetString(raw.Bytes.Span));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task it_is_stored_as_of_its_first_arrival_when_the_map_is_mended(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var patient = (await store.Receive(Unmapped(store)))[0].Patient;
        store.Clock.Set("2026-04-01 08:00");
        var rejections = new Rejections(store.Database);
        var summary = await rejections.Replay(
            new RejectionFilter(Reason: RejectionReasons.CodeUnmapped),
            (kept, _) =>
            {
                var record = Unmapped(store).Record;
                var mended = new NormalItem("OBX[2]", [new PlacedFinding("OBX[2]", Understood with { KnownAt = kept.ReceivedAt })], null, []);
                return Task.FromResult<IReadOnlyList<NormalRecord>>([record with { Items = [record.Items[0], mended] }]);
            },
            Caller.Product, Cancelled);
        Assert.Equal((2, 2, 1, 0), (summary.Read, summary.Accepted, summary.Unchanged, summary.Rejected));
        Assert.Equal("5 96", await store.Values(patient, known: "2026-03-10 12:00"));
        Assert.Empty(await rejections.List(new RejectionFilter(), null, 10, Caller.Product, Cancelled));
        var repaired = Assert.Single(await rejections.List(new RejectionFilter(State: RejectionState.Repaired), null, 10, Caller.Product, Cancelled));
        Assert.Equal(SetClock.At("2026-04-01 08:00"), repaired.RepairedAt);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_mended_mismatch_finds_its_patient_and_its_bytes(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(Anna);
        var wrong = store.Message(Person("anna", "Madsen", "Per"), "same bytes", Understood);
        await store.Receive(wrong);
        var rejections = new Rejections(store.Database);
        await rejections.Replay(
            new RejectionFilter(), (_, _) => Task.FromResult<IReadOnlyList<NormalRecord>>([wrong.Record with { Raw = wrong.Record.Raw with { Patient = Anna } }]), Caller.Product, Cancelled);
        Assert.Empty(await rejections.List(new RejectionFilter(), null, 10, Caller.Product, Cancelled));
        var fact = Assert.Single(await store.Read(anna, AsOf.KnownBy(DateTimeOffset.MaxValue)));
        var raw = await new RawRecords(store.Database).Read(anna, fact.Source.Raw, Caller.Product, Cancelled);
        Assert.Equal("same bytes", Encoding.UTF8.GetString(raw.Bytes.Span));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task text_that_no_database_takes_does_not_stop_the_rest(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var anna = await store.Receive(
            Person("an\0na", "Sø\0rensen"),
            Understood with { Value = null, Text = "a\0b" },
            Value("r9", 7, "2026-03-02 08:00", "2026-03-02 09:00"));
        Assert.Equal(2, (await store.Read(anna, AsOf.KnownBy(DateTimeOffset.MaxValue))).Count);
        Assert.Equal(anna, await store.Receive(Person("an\0na"), Value("r9", 7, "2026-03-02 08:00", "2026-03-02 09:00")));
    }
}
