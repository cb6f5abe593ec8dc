using System.Globalization;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Store;
using Microsoft.Data.Sqlite;
using Npgsql;
using static DatacenterOst.Specs.Databases.TestStore;

namespace DatacenterOst.Specs.Store;

/// <summary>A chart that was read from many rows is read from packs the next time, and nobody can tell but by the clock.</summary>
public sealed class When_a_long_chart_is_packed(PrivatePostgres postgres)
{
    private const int Days = 60;

    private static readonly DateTimeOffset Start = SetClock.At("2026-01-01 00:00");

    private static readonly Concept[] Concepts =
        [Creatinine, Cmv, new(new Code(CodeSystems.Loinc, "2823-3"), "mmol/L", "Potassium"), new(new Code(CodeSystems.Loinc, "600-7"), "", "Blood culture")];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task it_reads_as_the_rows_do_whatever_comes_when(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var random = new Random(75);
        var patient = await store.Receive(Anna, Value("first", 1, "2026-01-01 00:00", "2026-01-01 01:00"));
        for (var round = 0; round < 8; round++)
        {
            store.Clock.Set(Start.AddDays(100 + round).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
            await store.Receive(store.Message(Anna, [.. Enumerable.Range(0, round == 0 ? 4_000 : random.Next(1, 1_200)).Select(_ => Some(random, round))]));
            for (var look = 0; look < 6; look++)
            {
                await AsRows(store, patient, random, round);
                if (look == 2) await store.Database.Packed(Cancelled);
            }
        }

        Assert.InRange(await Scalar(store, "select count(*) from fact_pack"), 8, 60);
        Assert.Equal(0, await Scalar(store, """
            select count(*) from fact_pack k where k.facts > (select count(*) from fact f
                where f.patient_key = k.patient_key and f.concept_id = k.concept_id and f.observed_at between k.observed_from and k.observed_to)
            """));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task what_comes_late_into_its_midst_is_there_at_once(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var patient = await Packed(store, 2_000);
        await store.Receive(Anna, Value("late", 4242, "2026-01-01 10:30", "2026-03-01 09:00"));
        await store.Receive(Anna, Value("r700", 4343, "2026-01-08 01:00", "2026-03-01 09:00", FactStatus.Corrected));
        var facts = (await Chart(store, patient)).Select(fact => fact.Finding.Value).ToList();
        Assert.Equal((2_001, true, true, false), (facts.Count, facts.Contains(4242), facts.Contains(4343), facts.Contains(700)));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_pack_that_lacks_a_fact_or_is_of_another_form_is_not_read(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var patient = await Packed(store, 3_000);
        Assert.Equal(3, await Scalar(store, "select count(*) from fact_pack"));
        await Execute(store, "update fact_pack set encoding = 99 where observed_from = (select min(observed_from) from fact_pack)");
        await Execute(store, "update fact_pack set facts = facts - 1 where observed_from = (select max(observed_from) from fact_pack)");
        Assert.Equal(3_000, (await Chart(store, patient)).Count);
        await store.Database.Packed(Cancelled);
        Assert.Equal(3_000, (await Chart(store, patient)).Count);
        Assert.Equal(3_000, await Scalar(store, "select sum(facts) from fact_pack where encoding = 1"));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_pack_with_other_bytes_is_made_anew(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var patient = await Packed(store, 1_000);
        var (length, cut) = provider == StoreProvider.Sqlite ? ("length", "substr(body, 1, 77)") : ("octet_length", "substring(body from 1 for 77)");
        await Execute(store, $"update fact_pack set body = {cut}");
        Assert.Equal(1_000, (await Chart(store, patient)).Count);
        await store.Database.Packed(Cancelled);
        Assert.InRange(await Scalar(store, $"select {length}(body) from fact_pack"), 40_000, 100_000);
        Assert.Equal(1_000, (await Chart(store, patient)).Count);
        var other = provider == StoreProvider.Sqlite ? "x'00'" : "'\\x00'::bytea";
        await Execute(store, $"update fact_pack set body = {other}");
        Assert.Equal(1_000, (await Chart(store, patient)).Count);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_code_that_is_asked_for_twice_is_read_once(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var patient = await Packed(store, 700);
        var twice = new TimelineQuery([Creatinine.Code, Cmv.Code, Creatinine.Code], DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        var asOf = AsOf.KnownBy(DateTimeOffset.MaxValue);
        Assert.Equal(700, (await store.Timeline.UnresolvedChart(patient, twice, asOf, Caller.Product, Cancelled)).Facts.Count);
        await store.Receive(store.Message(Anna, [.. Enumerable.Range(1_000, 600).Select(hour => Hourly(hour, hour))]));
        await store.Timeline.UnresolvedChart(patient, twice, asOf, Caller.Product, Cancelled);
        await store.Database.Packed(Cancelled);
        Assert.Equal(1_300, (await store.Timeline.UnresolvedChart(patient, twice, asOf, Caller.Product, Cancelled)).Facts.Count);
        Assert.Equal(1_300, await Scalar(store, "select sum(facts) from fact_pack"));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task a_short_chart_is_not(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        await Packed(store, 400);
        Assert.Equal(0, await Scalar(store, "select count(*) from fact_pack"));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task what_was_stored_is_read_by_everybody_while_it_is_being_packed(StoreProvider provider)
    {
        await using var store = await Open(provider, postgres);
        var patient = await Packed(store, 600);
        var stored = 600;
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                var least = Volatile.Read(ref stored);
                Assert.InRange((await Chart(store, patient)).Count, least, 20_000);
            }
        }, Cancelled)).ToList();
        var random = new Random(7);
        for (var batch = 0; batch < 40; batch++)
        {
            await store.Receive(store.Message(Anna, [.. Enumerable.Range(0, 90).Select(place => Hourly(10_000 + (batch * 90) + place, random.Next(24 * Days)))]));
            Volatile.Write(ref stored, stored + 90);
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(stored, (await Chart(store, patient)).Count);
        Assert.NotEqual(0, await Scalar(store, "select count(*) from fact_pack"));
    }

    // The same question to the rows, which are never packed for it, and to the chart of a request.
    private static async Task AsRows(TestStore store, PatientId patient, Random random, int round)
    {
        var from = Start.AddHours(random.Next(-48, 24 * Days));
        var asked = random.Next(3) == 0 ? Concepts : [.. Concepts.Where(_ => random.Next(2) == 0).DefaultIfEmpty(Creatinine)];
        var query = random.Next(2) == 0
            ? new TimelineQuery([.. asked.Select(concept => concept.Code)], DateTimeOffset.MinValue, DateTimeOffset.MaxValue)
            : new TimelineQuery([.. asked.Select(concept => concept.Code)], from, from.AddHours(random.Next(24 * Days)));
        var known = random.Next(2) == 0 ? DateTimeOffset.MaxValue : Start.AddHours(random.Next(48 * Days));
        var asOf = new AsOf(known, random.Next(2) == 0 ? DateTimeOffset.MaxValue : Start.AddDays(100 + random.Next(round + 1)).AddHours(1));

        var rows = await store.Timeline.Read(patient, query, asOf, Caller.Product, Cancelled);
        Assert.Equal(rows, (await store.Timeline.Chart(patient, query, asOf, Caller.Product, Cancelled)).Facts);
        var unresolved = await store.Timeline.ReadUnresolved(patient, query, asOf, Caller.Product, Cancelled);
        Assert.Equal(unresolved, (await store.Timeline.UnresolvedChart(patient, query, asOf, Caller.Product, Cancelled)).Facts);
    }

    private static Finding Some(Random random, int round)
    {
        var concept = Concepts[random.Next(Concepts.Length)];
        var observed = Start.AddMinutes(random.Next(24 * 60 * Days) / 10 * 10);
        var isText = concept == Concepts[3];
        return new Finding(
            random.Next(20) == 0 ? FactKind.Condition : FactKind.Measurement, concept, new Coding(new Code("urn:local", "c" + random.Next(3))),
            isText ? null : Math.Round((decimal)random.NextDouble() * 400, random.Next(4)), (Comparator)random.Next(3),
            isText && random.Next(2) == 0 ? ResultCategory.Positive : null, isText ? "växt: å" + random.Next(5) : null,
            observed, random.Next(9) == 0 ? observed.AddHours(random.Next(100)) : null, observed.AddMinutes(random.Next(3_000)),
            random.Next(10) switch { 0 => FactStatus.Corrected, 1 => FactStatus.Retracted, 2 => FactStatus.Preliminary, _ => FactStatus.Final },
            "r" + random.Next(6_000), "test/" + (round % 2));
    }

    private static async Task<PatientId> Packed(TestStore store, int facts)
    {
        var patient = (await store.Receive(store.Message(Anna, [.. Enumerable.Range(0, facts).Select(hour => Hourly(hour, hour))])))[0].Patient;
        Assert.Equal(facts, (await Chart(store, patient)).Count);
        await store.Database.Packed(Cancelled);
        Assert.Equal(facts, (await Chart(store, patient)).Count);
        return patient;
    }

    private static Finding Hourly(int number, int hour)
    {
        var at = Start.AddHours(hour).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return Value("r" + number, number, at, at);
    }

    private static async Task<IReadOnlyList<Fact>> Chart(TestStore store, PatientId patient) => (await store.Timeline.Chart(
        patient, new TimelineQuery([Creatinine.Code], DateTimeOffset.MinValue, DateTimeOffset.MaxValue), AsOf.KnownBy(DateTimeOffset.MaxValue), Caller.Product, Cancelled)).Facts;

    private static async Task<long> Scalar(TestStore store, string text)
    {
        await using var connection = Connection(store);
        await connection.OpenAsync(Cancelled);
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        return Convert.ToInt64(await command.ExecuteScalarAsync(Cancelled), CultureInfo.InvariantCulture);
    }

    private static async Task Execute(TestStore store, string text)
    {
        await using var connection = Connection(store);
        await connection.OpenAsync(Cancelled);
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancelled));
    }

    private static System.Data.Common.DbConnection Connection(TestStore store) => store.Settings.Provider == StoreProvider.Sqlite
        ? new SqliteConnection($"Data Source={Path.Combine(store.Settings.DataDirectory, "dost.db")};Pooling=false")
        : new NpgsqlConnection(store.Settings.ConnectionString + ";Pooling=false");
}
