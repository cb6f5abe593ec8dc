using System.Text;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Normalise;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Store;
using static DatacenterOst.Specs.Databases.TestStore;

namespace DatacenterOst.Specs.Store;

public sealed class When_a_resource_is_stored(PrivatePostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task it_is_read_byte_for_byte(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var sent = store.Observation(Anna, "o1", 96.50m, "2026-03-01 08:00", "2026-03-01 09:00");
        await store.Receive(sent);
        var read = await new Resources(store.Database).Read("Observation", "o1", Caller.Product, Cancelled);
        Assert.Equal(Encoding.UTF8.GetString(sent.Record.Raw.Bytes.Span), Encoding.UTF8.GetString(read!.Body.Span));
        Assert.Equal(1, read.Version);
        Assert.Null(await new Resources(store.Database).Read("Observation", "o2", Caller.Product, Cancelled));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task an_update_does_not_carry_its_value_into_the_past(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        store.Clock.Set("2026-03-05 12:00");
        var created = await store.Change(ChangeKind.Create, store.Observation(Anna, "o1", 96, "2026-03-01 08:00", "2026-03-01 09:00"));
        store.Clock.Set("2026-03-06 12:00");
        var updated = await store.Change(ChangeKind.Update, store.Observation(Anna, "o1", 196, "2026-03-01 08:00", "2026-03-01 09:00"), 1);
        var patient = created.Resource.Patient;
        Assert.Equal(2, updated.Resource.Version);
        Assert.Equal("96", await store.Values(patient, known: "2026-03-06 11:59"));
        Assert.Equal("196", await store.Values(patient));
        var fact = Assert.Single(await store.Read(patient, AsOf.KnownBy(DateTimeOffset.MaxValue)));
        Assert.Equal((FactStatus.Corrected, SetClock.At("2026-03-06 12:00")), (fact.Finding.Status, fact.Finding.KnownAt));
        store.Clock.Set("2026-03-07 12:00");
        await store.Change(ChangeKind.Update, store.Observation(Anna, "o1", 96, "2026-03-01 08:00", "2026-03-01 09:00"), null);
        Assert.Equal("96", await store.Values(patient));
        Assert.Equal("196", await store.Values(patient, known: "2026-03-07 11:59"));
        Assert.Equal([3, 2, 1], (await new ResourceHistory(store.Database).Read(new HistoryQuery(["Observation"], "o1", null, null, 10, null), Caller.Product, Cancelled)).Rows.Select(version => version.Version));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task what_a_caller_sent_is_its_own_raw_record(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var sent = store.Observation(Anna, "o1", 96, "2026-03-01 08:00", "2026-03-01 09:00");
        sent = sent with { Record = sent.Record with { Raw = sent.Record.Raw with { Place = "Observation" } } };
        var patient = (await store.Change(ChangeKind.Create, sent)).Resource.Patient;
        var digest = await new StoreDigest(store.Database).Compute(Cancelled);
        Assert.Equal((1L, 1L), (digest.Rows["raw_record"], digest.Rows["fact"]));
        var fact = Assert.Single(await store.Read(patient, AsOf.KnownBy(DateTimeOffset.MaxValue)));
        var raw = await new RawRecords(store.Database).Read(patient, fact.Source.Raw, Caller.Product, Cancelled);
        Assert.Equal(Encoding.UTF8.GetString(sent.Record.Raw.Bytes.Span), Encoding.UTF8.GetString(raw.Bytes.Span));
        Assert.Equal(("api", "Observation"), (raw.Profile, raw.Place));
        Assert.Equal(ItemState.Unchanged, (await store.Change(ChangeKind.Update, sent)).State);
        Assert.Equal(digest.Hash, (await new StoreDigest(store.Database).Compute(Cancelled)).Hash);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task the_same_bytes_from_a_source_are_as_old_as_the_first_of_them(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        async Task<RecordOutcome[]> Sent(decimal value, string now)
        {
            store.Clock.Set(now);
            var line = store.Observation(Anna, "o1", value, "2026-03-01 08:00", now);
            return [.. await store.Receive(line, line)];
        }

        var patient = (await Sent(96, "2026-03-05 12:00"))[0].Patient;
        await Sent(97, "2026-03-06 12:00");
        Assert.All(await Sent(96, "2026-03-07 12:00"), outcome => Assert.Equal(ItemState.Unchanged, Assert.Single(outcome.Items).State));
        Assert.Equal("97", await store.Values(patient));
        Assert.Equal("96", await store.Values(patient, known: "2026-03-06 11:59"));
        var raw = await new RawRecords(store.Database).Read(patient, (await First(store, patient)).Source.Raw, Caller.Product, Cancelled);
        Assert.Equal(("test", SetClock.At("2026-03-05 12:00")), (raw.Profile, raw.ReceivedAt));
        Assert.Contains("96", Encoding.UTF8.GetString(raw.Bytes.Span), StringComparison.Ordinal);
    }

    private static async Task<Fact> First(TestStore store, PatientId patient)
        => Assert.Single(await store.Read(patient, AsOf.KnownBy(SetClock.At("2026-03-05 12:00"))));

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task what_a_caller_brought_back_is_as_old_as_when_its_source_first_sent_it(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        Arrival Sent(decimal value) => store.Observation(Anna, "o1", value, "2026-03-01 08:00", "2026-03-01 09:00");
        store.Clock.Set("2026-03-05 12:00");
        var patient = (await store.Receive(Sent(96)))[0].Patient;
        store.Clock.Set("2026-03-06 12:00");
        await store.Change(ChangeKind.Update, Sent(97));
        await store.Change(ChangeKind.Update, Sent(96));
        var before = await new StoreDigest(store.Database).Compute(Cancelled);
        store.Clock.Set("2026-03-07 12:00");
        Assert.Equal(ItemState.Unchanged, (await store.Receive(Sent(96)))[0].Items[0].State);
        Assert.Equal(before.Hash, (await new StoreDigest(store.Database).Compute(Cancelled)).Hash);
        var raw = await new RawRecords(store.Database).Read(patient, (await First(store, patient)).Source.Raw, Caller.Product, Cancelled);
        Assert.Equal(("test", SetClock.At("2026-03-05 12:00")), (raw.Profile, raw.ReceivedAt));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task what_is_no_longer_understood_can_be_read_again_from_its_raw_record(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var understood = store.Observation(Anna, "o1", 96, "2026-03-01 08:00", "2026-03-01 09:00");
        await store.Receive(understood);
        var item = understood.Record.Items[0] with { Findings = [], Rejections = [new Rejection(RejectionReasons.CodeUnmapped, "entry[1]", "map it", "14682-9")] };
        await store.Receive(understood with { Record = understood.Record with { Items = [item] } });
        var rejections = new Rejections(store.Database);
        Assert.Single(await rejections.List(new RejectionFilter(), null, 10, Caller.Product, Cancelled));
        var summary = await rejections.Replay(new RejectionFilter(), (_, _) => Task.FromResult<IReadOnlyList<NormalRecord>>([understood.Record]), Caller.Product, Cancelled);
        Assert.Equal((1, 1), (summary.Read, summary.Unchanged));
        Assert.Empty(await rejections.List(new RejectionFilter(), null, 10, Caller.Product, Cancelled));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task an_id_that_was_taken_for_new_and_is_there_is_a_conflict(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        ResourceChange New(decimal value) => new(ChangeKind.Create, store.Observation(Anna, "o1", value, "2026-03-01 08:00", "2026-03-01 09:00").Record) { IsOfNewId = true };
        var first = await store.Writes.Write("api", New(96), Caller.Product, Cancelled);
        var taken = await Assert.ThrowsAsync<Problem>(() => store.Writes.Write("api", New(97), Caller.Product, Cancelled));
        Assert.Equal(ProblemKind.Conflict, taken.Kind);
        Assert.Equal("96", await store.Values(first.Resource.Patient));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task an_update_of_another_version_than_the_current_is_refused(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        Arrival Version(decimal value) => store.Observation(Anna, "o1", value, "2026-03-01 08:00", "2026-03-01 09:00");
        await store.Change(ChangeKind.Create, Version(1));
        await store.Change(ChangeKind.Update, Version(2), 1);
        var stale = await Assert.ThrowsAsync<Problem>(() => store.Change(ChangeKind.Update, Version(3), 1));
        Assert.Equal(ProblemKind.PreconditionFailed, stale.Kind);
        var taken = await Assert.ThrowsAsync<Problem>(() => store.Change(ChangeKind.Create, Version(4)));
        Assert.Equal(ProblemKind.Conflict, taken.Kind);
        var same = await store.Change(ChangeKind.Update, Version(2), 2);
        Assert.Equal((ItemState.Unchanged, 2), (same.State, same.Resource.Version));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task one_of_two_concurrent_updates_wins_and_the_other_is_told(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        await store.Change(ChangeKind.Create, store.Observation(Anna, "o1", 1, "2026-03-01 08:00", "2026-03-01 09:00"));
        var updates = Enumerable.Range(2, 6).Select(value => Task.Run(
            async () =>
            {
                try
                {
                    await store.Change(ChangeKind.Update, store.Observation(Anna, "o1", value, "2026-03-01 08:00", "2026-03-01 09:00"), 1);
                    return 1;
                }
                catch (Problem stale) when (stale.Kind == ProblemKind.PreconditionFailed)
                {
                    return 0;
                }
            },
            Cancelled));
        Assert.Equal(1, (await Task.WhenAll(updates)).Sum());
        Assert.Equal(2, (await new Resources(store.Database).Read("Observation", "o1", Caller.Product, Cancelled))!.Version);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task the_same_file_again_makes_no_new_version_even_after_an_update(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        store.Clock.Set("2026-03-05 12:00");
        await store.Receive(store.Observation(Anna, "o1", 96, "2026-03-01 08:00", "2026-03-01 09:00"));
        store.Clock.Set("2026-03-06 12:00");
        await store.Receive(store.Observation(Anna, "o1", 196, "2026-03-01 08:00", "2026-03-01 09:00"));
        var before = await new StoreDigest(store.Database).Compute(Cancelled);
        store.Clock.Set("2026-03-07 12:00");
        var again = await store.Receive(
            store.Observation(Anna, "o1", 196, "2026-03-01 08:00", "2026-03-01 09:00"), store.Observation(Anna, "o1", 96, "2026-03-01 08:00", "2026-03-01 09:00"));
        Assert.All(again, record => Assert.Equal(ItemState.Unchanged, record.Items[0].State));
        Assert.Equal(before.Hash, (await new StoreDigest(store.Database).Compute(Cancelled)).Hash);
        Assert.Equal("196", await store.Values(again[0].Patient));
        Assert.Equal("96", await store.Values(again[0].Patient, known: "2026-03-06 11:00"));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_resource_does_not_move_to_another_patient(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        await store.Receive(store.Observation(Anna, "o1", 96, "2026-03-01 08:00", "2026-03-01 09:00"));
        var outcome = await store.Receive(store.Observation(Person("bo"), "o1", 97, "2026-03-01 08:00", "2026-03-01 09:00"));
        Assert.Equal(RejectionReasons.PatientMismatch, outcome[0].Items[0].Rejections[0].Reason);
        Assert.Equal("", await store.Values(outcome[0].Patient));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_deleted_one_takes_its_value_along_and_stays_what_was_known(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        store.Clock.Set("2026-03-05 12:00");
        var sent = store.Observation(Anna, "o1", 96, "2026-03-01 08:00", "2026-03-01 09:00");
        var patient = (await store.Change(ChangeKind.Create, sent)).Resource.Patient;
        store.Clock.Set("2026-03-06 12:00");
        var deleted = await store.Change(ChangeKind.Delete, sent);
        Assert.True(deleted.Resource is { IsDeleted: true, Version: 2 });
        Assert.Equal("", await store.Values(patient));
        Assert.Equal("96", await store.Values(patient, known: "2026-03-06 11:59"));
        Assert.Empty((await store.Search("Observation", "code=14682-9")).Rows);
        Assert.Equal("96", Shown(await store.Search("Observation", "code=14682-9&_asOf=2026-03-06T11:59:00Z")));
        var resources = new Resources(store.Database);
        Assert.True((await resources.Read("Observation", "o1", Caller.Product, Cancelled))!.IsDeleted);
        Assert.False((await resources.ReadAsOf("Observation", "o1", SetClock.At("2026-03-06 11:00"), Caller.Product, Cancelled))!.IsDeleted);
        Assert.Null(await resources.ReadAsOf("Observation", "o1", SetClock.At("2026-03-01 08:59"), Caller.Product, Cancelled));
        store.Clock.Set("2026-03-07 12:00");
        Assert.Equal(3, (await store.Change(ChangeKind.Update, sent)).Resource.Version);
        Assert.Equal("96", await store.Values(patient));
    }
}
