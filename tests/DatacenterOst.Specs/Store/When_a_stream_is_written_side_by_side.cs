using System.Globalization;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Normalise;
using DatacenterOst.Sources;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Store;
using Npgsql;
using static DatacenterOst.Specs.Databases.TestStore;

namespace DatacenterOst.Specs.Store;

/// <summary>What is ingested of many patients is written in several transactions at a time, and ends as if each had waited for the other.</summary>
public sealed class When_a_stream_is_written_side_by_side(PrivatePostgres postgres)
{
    private const int Lines = 5_000;

    /// <summary>Of one batch.</summary>
    private static readonly int[] Contested = [.. Enumerable.Range(4_100, 24)];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task it_ends_as_on_a_store_that_writes_one_after_the_other()
    {
        await using var sqlite = await Open(StoreProvider.Sqlite, postgres);
        await using var server = await Open(StoreProvider.PostgreSql, postgres);
        var (one, other) = (await Ingest(sqlite), await Ingest(server));
        Assert.Equal((Lines, Lines - 23, 23L), (one.Read, one.Accepted, one.RejectedByReason[RejectionReasons.PatientMismatch]));
        Assert.Equal((one.Read, one.Accepted, one.Rejected), (other.Read, other.Accepted, other.Rejected));
        Assert.Equal(await new StoreDigest(sqlite.Database).Compute(Cancelled), await new StoreDigest(server.Database).Compute(Cancelled), (left, right) => left!.Hash == right!.Hash);
        var again = await Ingest(server);
        Assert.Equal((Lines, Lines - 23), (again.Read, again.Unchanged));
    }

    [Fact]
    public async Task batches_are_divided_unless_two_patients_claim_one_resource()
    {
        await using var store = await Open(StoreProvider.PostgreSql, postgres);
        await Ingest(store);
        await using var connection = new NpgsqlConnection(store.Settings.ConnectionString);
        await connection.OpenAsync(Cancelled);
        await using var written = new NpgsqlCommand("select count(*) from (select distinct xmin::text from resource where id ~ '^(o[0-9]+|contested)$') x", connection);

        // Five batches; in the last several claim one resource.
        Assert.Equal(9L, await written.ExecuteScalarAsync(Cancelled));
    }

    private static Task<IntakeSummary> Ingest(TestStore store)
    {
        var arrivals = Enumerable.Range(0, Lines).Select(line => Line(store, line)).ToList();
        return store.Intake.Run("test", Raws(arrivals), (raw, _) => arrivals[int.Parse(raw.Place, CultureInfo.InvariantCulture)].Record with { Raw = raw }, Caller.Product, null, Cancelled);
    }

    // Each second patient is corrected by a later line, which must not come first.
    private static Arrival Line(TestStore store, int line)
    {
        var patient = new RawPatient([], "Patient/p" + (line % 40), Demographics.Unknown);
        var id = Contested.Contains(line) ? "contested" : "o" + (line % 80 < 40 ? line : line - 40);
        return store.Observation(patient, id, line, "2026-03-01 08:00", Contested.Contains(line) ? "2026-03-01 10:00" : "2026-03-01 09:00");
    }

    private static async IAsyncEnumerable<RawRecord> Raws(List<Arrival> arrivals)
    {
        await Task.Yield();
        for (var line = 0; line < arrivals.Count; line++)
            yield return arrivals[line].Record.Raw with { Place = line.ToString(CultureInfo.InvariantCulture) };
    }
}
