using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Store;
using Npgsql;
using static DatacenterOst.Specs.Databases.TestStore;

namespace DatacenterOst.Specs.Store;

/// <summary>Codes, units and rules are numbered once for all facts: a fact under a number that nobody has would be lost.</summary>
public sealed class When_two_writers_bring_the_same_new_words(PrivatePostgres postgres)
{
    private const int Words = 40;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task every_fact_has_a_code_that_is_there()
    {
        await using var store = await Open(StoreProvider.PostgreSql, postgres);
        for (var round = 0; round < 5; round++)
        {
            // The same words from both ends, and between them words of each alone.
            var shared = Enumerable.Range(0, Words).ToList();
            var (one, other) = (Arrivals(store, $"a{round}", shared, round), Arrivals(store, $"b{round}", Enumerable.Reverse(shared), round));
            await Task.WhenAll(Task.Run(() => store.Receive(one)), Task.Run(() => store.Receive(other)));
        }

        Assert.Equal(0L, await Count(store, "from fact f where not exists (select 1 from concept c where c.concept_id = f.concept_id)"));
        Assert.Equal(0L, await Count(store, "from fact f where not exists (select 1 from code c where c.code_id = f.code_id)"));
        Assert.Equal(0L, await Count(store, "from fact f where not exists (select 1 from rule r where r.rule_id = f.rule_id)"));
        Assert.Equal(5 * 4 * Words, await Count(store, "from fact"));

        // Another process knows none of the numbers.
        await using var again = await StoreDatabase.Open(store.Settings, store.Clock, Cancelled);
        var patient = (await store.Directory.Find(Person("a0").Identifiers[0], Caller.Product, Cancelled))!.Value;
        var facts = await new Timeline(again).Read(patient, new TimelineQuery([], SetClock.At("2026-01-01"), SetClock.At("2027-01-01")), AsOf.KnownBy(DateTimeOffset.MaxValue), Caller.Product, Cancelled);
        Assert.Equal(2 * Words, facts.Select(fact => fact.Finding.Concept.Code.Value).Distinct().Count());
    }

    private static Arrival Arrivals(TestStore store, string person, IEnumerable<int> shared, int round) => store.Message(
        Person(person), [.. shared.SelectMany(word => (string[])[$"shared-{round}-{word}", $"{person}-{word}"]).Select(word => Named(word, person))]);

    private static Finding Named(string word, string person)
    {
        var concept = new Concept(new Code("urn:test:words", word), "1", word);
        return Value(person + word, 1, "2026-03-01 08:00", "2026-03-01 09:00", concept: concept, rule: "rule/" + word);
    }

    private static async Task<long> Count(TestStore store, string what)
    {
        await using var connection = new NpgsqlConnection(store.Settings.ConnectionString);
        await connection.OpenAsync(Cancelled);
        await using var count = new NpgsqlCommand("select count(*) " + what, connection);
        return (long)(await count.ExecuteScalarAsync(Cancelled))!;
    }
}
