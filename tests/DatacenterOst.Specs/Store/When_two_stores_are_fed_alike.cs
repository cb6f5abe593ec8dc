using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Normalise;
using DatacenterOst.Sources;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Store;
using static DatacenterOst.Specs.Databases.TestStore;

namespace DatacenterOst.Specs.Store;

public sealed class When_two_stores_are_fed_alike(PrivatePostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static async Task<Digest> Digest(TestStore store) => await new StoreDigest(store.Database).Compute(Cancelled);

    private static async Task Feed(TestStore store, int upTo = 60)
    {
        for (var number = 0; number < upTo; number++)
        {
            var day = $"2026-01-{(number % 28) + 1:00} 08:00";
            await store.Receive(
                store.Message(Person("p" + (number % 7)), Value($"r{number % 50}", number, day, "2026-02-01 09:00", number % 9 == 0 ? FactStatus.Corrected : FactStatus.Final)),
                store.Observation(Person("p" + (number % 5)), "o" + (number % 40), number, day, "2026-02-01 09:00"),
                store.Message(Person("p1", "Holm", "Per"), "name " + number, Value("n" + number, number, day, "2026-02-01 09:00")),
                store.Message(Person("p1", "Madsen", "Ib"), "other name " + number, Value("m" + number, number, day, "2026-02-01 09:00")));
        }
    }

    [Fact]
    public async Task SQLite_and_PostgreSQL_hold_the_same()
    {
        await using var one = await Open(StoreProvider.Sqlite, postgres);
        await using var other = await Open(StoreProvider.PostgreSql, postgres);
        other.Clock.Set("2026-03-10 12:00");
        await Feed(one);
        await Feed(other);
        var (left, right) = (await Digest(one), await Digest(other));
        Assert.Equal(left.Rows, right.Rows);
        Assert.Equal(left.Hash, right.Hash);
        Assert.True(left.Rows["rejection"] > 0 && left.Rows["resource"] > 40);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_run_that_was_broken_off_and_repeated_ends_as_an_undisturbed_one(StoreProvider provider)
    {
        await using var undisturbed = await Open(provider, postgres);
        await using var broken = await Open(provider, postgres);
        await Feed(undisturbed);
        await Feed(broken, 23);
        await Assert.ThrowsAnyAsync<Exception>(() => Run(broken, fail: 700));
        await Feed(broken);
        await Run(broken, null);
        await Run(undisturbed, null);
        Assert.Equal((await Digest(undisturbed)).Rows, (await Digest(broken)).Rows);
        Assert.Equal((await Digest(undisturbed)).Hash, (await Digest(broken)).Hash);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task one_more_fact_is_seen_by_the_digest(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        await Feed(store, 10);
        var before = await Digest(store);
        await Feed(store, 10);
        Assert.Equal(before.Hash, (await Digest(store)).Hash);
        await store.Receive(Person("p1"), Value("more", 1, "2026-01-01 08:00", "2026-01-01 09:00"));
        Assert.NotEqual(before.Hash, (await Digest(store)).Hash);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_stream_is_read_in_batches_and_every_item_is_accounted_for(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var first = await Run(store, null);
        var second = await Run(store, null);
        Assert.Equal((5_000, 4_500, 0, 500), (first.Read, first.Accepted, first.Unchanged, first.Rejected));
        Assert.Equal((5_000, 4_500, 4_500), (second.Read, second.Accepted, second.Unchanged));
        Assert.Equal(500, first.RejectedByReason[RejectionReasons.UnitUnknown]);
    }

    private static Task<IntakeSummary> Run(TestStore store, int? fail) => store.Intake.Run(
        "csv", Rows(store, fail), (raw, _) => Normal(store, raw), Caller.Product, null, Cancelled);

    private static async IAsyncEnumerable<RawRecord> Rows(TestStore store, int? fail)
    {
        await Task.Yield();
        for (var row = 0; row < 5_000; row++)
        {
            if (row == fail)
            {
                throw new IOException("the disk is gone");
            }

            yield return store.Message(Person("p" + (row % 40)), "row " + row).Record.Raw with { Place = row.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        }
    }

    private static NormalRecord Normal(TestStore store, RawRecord raw)
    {
        var row = int.Parse(raw.Place, System.Globalization.CultureInfo.InvariantCulture);
        var at = "2026-01-01 08:00";
        var item = row % 10 == 0
            ? new NormalItem("row", [], null, [new Rejection(RejectionReasons.UnitUnknown, "row", "unknown unit", "furlong")])
            : new NormalItem("row", [new PlacedFinding("row", Value("row" + row, row, at, at) with { KnownAt = store.Clock.GetUtcNow() })], null, []);
        return new NormalRecord(raw, [item]);
    }
}
