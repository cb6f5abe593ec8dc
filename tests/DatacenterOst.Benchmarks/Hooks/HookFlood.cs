using DatacenterOst.Benchmarks.Load;
using static DatacenterOst.Benchmarks.Fhir.Table;
using Mark = DatacenterOst.Benchmarks.FhirApi.Mark;

namespace DatacenterOst.Benchmarks.Hooks;

/// <summary>A thousand hooks in flight, again and again: each is answered, or told with 503 when to come again.</summary>
public static class HookFlood
{
    private const int InFlight = 1_000;
    private const int Rounds = 10;

    public static async Task Run(ServerProcess server, MeasuredStore store, FreshCalls calls, CancellationToken cancellationToken)
    {
        var lanes = await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Lane.Open(server.Address, cancellationToken)));
        var (answered, shed, others) = (0, 0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var statuses = await Task.WhenAll(lanes.Select(async (lane, at) => (await lane.Send(calls[at % calls.Count], cancellationToken)).Status));
            answered += statuses.Count(status => status == 200);
            shed += statuses.Count(status => status == 503);
            others += statuses.Count(status => status is not (200 or 503));
        }

        foreach (var lane in lanes) lane.Dispose();
        var memory = ProcessTrees.Memory(server.Id);
        Console.WriteLine(Text($"| {InFlight} in flight, {Rounds} times: {answered} answered, {shed} told to come again, {others} otherwise; memory of the server at most {memory.Peak:0} MB | {store.Name} | | | | | | | {Mark.AtMost(500, memory.Peak, "MB")} |"));
    }
}
