using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.Growth;

/// <summary>How long a search took over one connection, in milliseconds.</summary>
/// <param name="Slow">The 95th percentile.</param>
/// <param name="Cpu">CPU time of the server and of PostgreSQL together for one search.</param>
/// <param name="Found">Of the answers, the share that held a resource: a search that finds nothing is easily fast.</param>
/// <param name="Status">The last status; anything but 200 means that it was given up.</param>
public sealed record SearchTime(double Median, double Slow, double Cpu, double Found, int Status)
{
    private const int Rounds = 8;

    public bool IsAnswered => Status == 200;

    /// <summary>
    /// Asks the store that has grown and the one that stayed small in turns, a few searches each: how fast the machine is changes by the
    /// minute, and filling takes many.
    /// </summary>
    public static async Task<(SearchTime Grown, SearchTime Small)> InTurns(GrowthSearch search, GrownStore grown, GrownStore small, CancellationToken cancellationToken)
    {
        using var one = await Asking.Begin(search, grown, cancellationToken);
        using var other = await Asking.Begin(search, small, cancellationToken);
        await one.WarmUp(cancellationToken);
        await other.WarmUp(cancellationToken);
        for (var round = 0; round < Rounds; round++)
        {
            await one.Ask(Rounds, cancellationToken);
            await other.Ask(Rounds, cancellationToken);
        }

        return (one.Time(), other.Time());
    }

    public override string ToString() => IsAnswered ? Text($"{Median:0.00} ({Slow:0.00}; {Cpu:0.00})") : Text($"status {Status}");
}
