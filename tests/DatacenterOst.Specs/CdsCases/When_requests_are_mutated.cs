using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.CdsCases;

/// <summary>
/// Examples with something changed, by the thousand: never a 500, never a hang, never another patient's data. A share runs always;
/// all 200,000 by <c>DOST_FUZZ=200000 dotnet test tests/DatacenterOst.Specs --filter When_requests_are_mutated</c>.
/// </summary>
public sealed class When_requests_are_mutated
{
    private const int Share = 5_000;

    private const int Seed = 20261122;

    private static readonly int[] Expected = [200, 400, 404, 412, 413, 415, 422];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R02_R19_K14_never_a_500_never_a_hang_never_another_patients_data()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("DOST_FUZZ") ?? Share.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        await using var ost = await RunningServer.Start(null, Token);
        await ost.Receive("fhir", Mutations.OtherPatient, Token);
        var examples = When_cards_are_answered.Examples().Select(row => (Service: row.Data.Item1, Body: HookCalls.Example(row.Data.Item1, row.Data.Item2).ToJsonString())).ToList();
        var statuses = new int[600];
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token }, async (number, cancellationToken) =>
        {
            var (service, body) = examples[number % examples.Count];
            var mutated = new Mutations(Seed + number).Of(body);
            using var content = new ByteArrayContent(mutated);
            content.Headers.ContentType = new("application/json");
            using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            inTime.CancelAfter(TimeSpan.FromMinutes(1));
            using var answer = await ost.Http.PostAsync("/cds-services/" + service, content, inTime.Token);
            Check(number, await HookReply.Of(answer, inTime.Token), mutated);
            Interlocked.Increment(ref statuses[(int)answer.StatusCode]);
        });
        TestContext.Current.SendDiagnosticMessage($"{count} mutated requests in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s: {string.Join(", ", Expected.Select(status => $"{status}: {statuses[status]}"))}");
        Assert.Equal(count, statuses.Sum());
        Assert.NotEqual(0, statuses[200]);
        Assert.NotEqual(0, statuses[400]);
    }

    private static void Check(int number, HookReply reply, byte[] mutated)
    {
        var about = $"mutation {number} of seed {Seed}: {reply}\n{Encoding.UTF8.GetString(mutated)}";
        Assert.True(Expected.Contains(reply.Status), about);
        Assert.False(reply.Text.Contains(Mutations.Canary, StringComparison.Ordinal), about);
        Assert.False(reply.Text.Contains("   at ", StringComparison.Ordinal), about);
        if (reply.Status != 200) return;
        var faults = CardRules.Faults(JsonDocument.Parse(reply.Text).RootElement);
        Assert.True(faults.Count == 0, string.Join("; ", faults) + "\n" + about);
    }
}
