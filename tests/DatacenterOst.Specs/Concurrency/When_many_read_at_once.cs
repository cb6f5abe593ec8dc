using System.Globalization;
using System.Text.Json;
using DatacenterOst.Specs.Conformance;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Concurrency;

/// <summary>Reads that come at the same time share their way to the database, and each gets its own resource, never an older one than was acknowledged.</summary>
public sealed class When_many_read_at_once(PrivatePostgres postgres)
{
    private const int Readers = 48;
    private const int Versions = 40;

    public static readonly TheoryData<string> Both = Stores.Both;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task each_gets_what_it_asked_for(string store)
    {
        await using var ost = await Start(store);
        foreach (var number in Enumerable.Range(0, Readers))
            using (await ost.Send(201, "PUT", $"Basic/b{number}", Basic($"b{number}", number))) { }
        var asked = Enumerable.Range(0, 600).Select(i => (Id: $"b{i * 7 % (Readers + 5)}", Exists: i * 7 % (Readers + 5) < Readers)).ToList();
        await Parallel.ForEachAsync(asked, new ParallelOptions { MaxDegreeOfParallelism = Readers, CancellationToken = Token }, async (one, _) =>
        {
            using var answer = await ost.Read($"Basic/{one.Id}");
            Assert.Equal(one.Exists ? 200 : 404, answer.Status);
            if (one.Exists)
                Assert.Equal((one.Id, one.Id[1..]), (Text(answer.Json, "id"), answer.Json.GetProperty("code").GetProperty("text").GetString()));
        });
        using var wrongType = await ost.Send(404, "GET", "Patient/b1");
    }

    [Theory, MemberData(nameof(Both))]
    public async Task nobody_reads_an_older_version_than_was_acknowledged_before(string store)
    {
        await using var ost = await Start(store);
        using (await ost.Send(201, "PUT", "Basic/changing", Basic("changing", 1))) { }
        var acknowledged = 1;
        var readers = Enumerable.Range(0, Readers).Select(_ => Task.Run(async () =>
        {
            while (Volatile.Read(ref acknowledged) < Versions)
            {
                var atLeast = Volatile.Read(ref acknowledged);
                using var answer = await ost.Send(200, "GET", "Basic/changing");
                var version = int.Parse(Text(answer.Json.GetProperty("meta"), "versionId"), CultureInfo.InvariantCulture);
                Assert.InRange(version, atLeast, Versions);
                Assert.Equal(version.ToString(CultureInfo.InvariantCulture), answer.Json.GetProperty("code").GetProperty("text").GetString());
            }
        }, Token)).ToList();
        for (var version = 2; version <= Versions; version++)
        {
            using var written = await ost.Send(200, "PUT", "Basic/changing", Basic("changing", version));
            Volatile.Write(ref acknowledged, version);
        }

        await Task.WhenAll(readers);
        using (await ost.Send("DELETE", "Basic/changing")) { }
        using var gone = await ost.Send(410, "GET", "Basic/changing");
    }

    private async Task<RunningServer> Start(string store)
        => await RunningServer.Start(store == "sqlite" ? null : await postgres.NewDatabase(Token), Token);

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static string Basic(string id, int number) => $$$"""{"resourceType":"Basic","id":"{{{id}}}","code":{"text":"{{{number}}}"}}""";
}
