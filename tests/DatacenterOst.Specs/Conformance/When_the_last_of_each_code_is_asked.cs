using System.Globalization;
using System.Text.Json.Nodes;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary><c>Observation/$lastn</c> of long records, beside a grouping of all of their observations worked out here.</summary>
public sealed class When_the_last_of_each_code_is_asked(PrivatePostgres postgres)
{
    private const int Observations = 450;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, int> BothAndHowMany => new(
        from store in (string[])["sqlite", "postgres"] from seed in (int[])[1, 2, 3] select (store, seed));

    [Theory, MemberData(nameof(BothAndHowMany))]
    public async Task each_code_has_its_newest_however_many_codings_join_it(string store, int seed)
    {
        await using var server = await RunningServer.Start(store == "sqlite" ? null : await postgres.NewDatabase(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        var record = Record(new Random(seed)).ToList();
        await server.Receive("fhir", string.Join('\n', record.Select(one => one.Json.ToJsonString()).Prepend("""{"resourceType":"Patient","id":"p"}""")), TestContext.Current.CancellationToken);
        foreach (var max in (int[])[1, 2, 7, 1000])
        {
            using var answer = await server.Send(200, "GET", $"Observation/$lastn?patient=p&max={max}&_include=Observation:subject");
            var found = answer.Entries.Select(entry => entry.GetProperty("resource").GetProperty("id").GetString());
            Assert.Equal(string.Join(' ', Newest(record, max).Select(one => one.Id).Append("p")), string.Join(' ', found));
        }
    }

    /// <summary>Some codes that come all the time, some once, some under two names, one name that joins two at its only time, and texts without any.</summary>
    private static IEnumerable<Observed> Record(Random random)
    {
        for (var at = 0; at < Observations; at++)
        {
            string[] codes = (at, random.Next(20)) switch
            {
                (17, _) => ["c1", "c2"],
                (230, _) => ["c4", "local7"],
                (_, < 12) => [$"c{random.Next(4)}"],
                (_, < 16) => random.Next(2) == 0 ? ["pulse", "hr"] : ["hr", "pulse"],
                (_, < 18) => [$"c{random.Next(4, 40)}", $"local{random.Next(8)}"],
                _ => [],
            };
            yield return Observed.Of(at, codes, random.Next(2) == 0 ? "Weight" : "WEIGHT", Start.AddMinutes(random.Next(100_000)));
        }
    }

    // By all of them at once: groups are merged until no two of them share a code.
    private static IEnumerable<Observed> Newest(IReadOnlyList<Observed> record, int max)
    {
        var groups = record.Select(one => one.Codes.ToHashSet()).ToList();
        for (var at = 0; at < groups.Count; at++)
        {
            for (var other = groups.Count - 1; other > at; other--)
            {
                if (!groups[at].Overlaps(groups[other])) continue;
                groups[at].UnionWith(groups[other]);
                groups.RemoveAt(other);
                other = groups.Count;
            }
        }

        return groups.SelectMany(group => record.Where(one => group.Overlaps(one.Codes)).OrderByDescending(one => one.At).Take(max)).OrderByDescending(one => one.At);
    }

    private sealed record Observed(string Id, string[] Codes, DateTimeOffset At, JsonObject Json)
    {
        public static Observed Of(int number, string[] codes, string text, DateTimeOffset at)
        {
            // No two at one moment.
            at = at.AddSeconds(number / 60.0);
            var code = codes.Length == 0
                ? new JsonObject { ["text"] = text }
                : new JsonObject { ["coding"] = new JsonArray([.. codes.Select(one => new JsonObject { ["system"] = "urn:codes", ["code"] = one })]) };
            var id = string.Create(CultureInfo.InvariantCulture, $"o{number}");
            return new Observed(id, codes.Length == 0 ? ["a text"] : codes, at, new JsonObject
            {
                ["resourceType"] = "Observation",
                ["id"] = id,
                ["status"] = "final",
                ["code"] = code,
                ["subject"] = new JsonObject { ["reference"] = "Patient/p" },
                ["effectiveDateTime"] = at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            });
        }
    }
}
