using System.Collections.Concurrent;
using System.Globalization;
using DatacenterOst.Specs.CardRecords;
using DatacenterOst.Specs.Conformance;
using DatacenterOst.Specs.Databases;
using static DatacenterOst.Specs.Models.ModelVersions;

namespace DatacenterOst.Specs.Models;

/// <summary>
/// Ten versions are deployed, put to use and taken back under load. DOST_SWAP_SECONDS sets how long (the documented run: 60; here: 8), at 200 calls
/// a second.
/// </summary>
public sealed class When_versions_are_swapped_under_load(PrivatePostgres postgres, ITestOutputHelper output) : IDisposable
{
    private const string Aki = "kdigo-aki";
    private const int PerSecond = 200;
    private const int Versions = 10;

    // Calls under way at a time: a machine that builds beside the test falls behind instead of piling calls up until the server turns them away.
    private readonly SemaphoreSlim places = new(48);

    private static readonly int Seconds = int.TryParse(Environment.GetEnvironmentVariable("DOST_SWAP_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 8;

    public static readonly TheoryData<string> Both = Stores.Both;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task no_request_fails_and_each_answer_names_the_version_that_made_it(string store)
    {
        using var versions = new ModelVersions();
        await using var ost = await RecordingServer.Start(store, postgres);
        var packages = Enumerable.Range(1, Versions).Select(number => (Version: $"1.{number}.0", Zip: Zip(versions.Of(Aki, $"1.{number}.0")))).ToList();
        await ost.Call("70@03-09T08:00 150@03-10T09:00", patient: "warm");

        var answers = new ConcurrentBag<(string Card, string Version)>();
        var failures = new ConcurrentBag<string>();
        var began = TimeProvider.System.GetTimestamp();
        var swapping = Swap(ost, packages);
        var calls = new List<Task>();
        for (var call = 0; !swapping.IsCompleted || call < Seconds * PerSecond; call++)
        {
            var due = TimeSpan.FromSeconds((double)call / PerSecond) - TimeProvider.System.GetElapsedTime(began);
            if (due > TimeSpan.FromMilliseconds(2)) await Task.Delay(due, Token);
            calls.Add(Call(ost, call, answers, failures));
        }

        await Task.WhenAll(calls);
        await swapping;
        var took = TimeProvider.System.GetElapsedTime(began);
        Assert.Empty(failures);

        // What the card says is what the record says, and the record gives the card again: its inputs went through that very package.
        foreach (var (card, version) in answers.Where((_, place) => place % Math.Max(1, answers.Count / 150) == 0))
        {
            var replay = await ost.Get($"/api/answers/{card}/replay");
            Assert.True(replay.GetProperty("isSame").GetBoolean(), replay.GetRawText());
            var model = (await ost.Get($"/api/answers/{card}")).GetProperty("record").GetProperty("model");
            Assert.Equal(version, model.GetProperty("version").GetString());
            Assert.Equal(ost.Centre.Models.Find(new DatacenterOst.Models.ModelId(Aki), version)!.Id.Hash, model.GetProperty("hash").GetString());
        }

        var seen = answers.CountBy(answer => answer.Version).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {pair.Value}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{calls.Count} calls in {took.TotalSeconds:0.0} s ({calls.Count / took.TotalSeconds:0} a second), none failed; {string.Join(", ", seen)}; {ost.Centre.SilentScoring.Dropped} silent scores dropped"));
        Assert.True(answers.Select(answer => answer.Version).Distinct().Count() >= 3, "the versions that were put to use did not answer");
    }

    public void Dispose() => places.Dispose();

    // Deployed silent, put to use, and every other one taken back.
    private static async Task Swap(RecordingServer ost, List<(string Version, byte[] Zip)> packages)
    {
        var pause = TimeSpan.FromSeconds(Seconds) / (packages.Count * 3);
        foreach (var (version, zip) in packages)
        {
            using (var deployed = await Deploy(ost.Http, zip, "who=Anna&why=trial&to=silent")) Assert.Equal(201, (int)deployed.StatusCode);
            await Task.Delay(pause, Token);
            await Promoted(ost.Http, Aki, version, "active");
            await Task.Delay(pause, Token);
            if (version[2] % 2 == 0) await RolledBack(ost.Http, Aki);
            await Task.Delay(pause, Token);
        }
    }

    private static async Task<string> WhyNot(RecordingServer ost, int call)
    {
        var run = (await ost.Get(string.Create(CultureInfo.InvariantCulture, $"/api/answers?patient=load{call}"))).GetProperty("answers")[0].GetProperty("run").GetString();
        return (await ost.Get($"/api/answers/{run}")).GetProperty("record").GetProperty("silences").GetRawText();
    }

    private async Task Call(RecordingServer ost, int call, ConcurrentBag<(string Card, string Version)> answers, ConcurrentBag<string> failures)
    {
        await places.WaitAsync(Token);
        try
        {
            var reply = await ost.Call("70@03-09T08:00 150@03-10T09:00", user: string.Create(CultureInfo.InvariantCulture, $"Practitioner/u{call}"), patient: string.Create(CultureInfo.InvariantCulture, $"load{call}"));
            if (reply.Cards.GetArrayLength() == 1) answers.Add((RecordingServer.Card(reply), VersionOf(reply.Cards[0])));
            else failures.Add($"call {call}: no card, {await WhyNot(ost, call)}");
        }
        catch (Exception failed)
        {
            failures.Add($"call {call}: {failed.Message}");
        }
        finally
        {
            places.Release();
        }
    }
}
