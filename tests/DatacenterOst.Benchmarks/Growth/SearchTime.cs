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
    /// Asks in turns, a few searches each, the store that has grown and the one that stayed small: how fast the machine is changes by the
    /// minute, and filling takes many.
    /// </summary>
    public static async Task<GrowthTimes> InTurns(GrowthSearch search, GrownStore grown, GrownStore small, CancellationToken cancellationToken)
    {
        using var same = await Asking.Begin(search, grown with { Patients = small.Patients }, cancellationToken);
        using var other = await Asking.Begin(search, small, cancellationToken);
        using var any = await Asking.Begin(search, grown, cancellationToken);
        Asking[] turns = [same, other, any];
        foreach (var one in turns) await one.WarmUp(cancellationToken);
        for (var round = 0; round < Rounds; round++)
            foreach (var one in turns) await one.Ask(Rounds, cancellationToken);
        return new GrowthTimes(same.Time(), other.Time(), any.Time());
    }

    public override string ToString() => IsAnswered ? Text($"{Median:0.00} ({Slow:0.00}; {Cpu:0.00})") : Text($"status {Status}");
}

/// <summary>A search at one size.</summary>
/// <param name="Same">Of the store that has grown: the very searches that the small one is asked, about the same patients.</param>
/// <param name="Small">Of the store that stayed small, in the same minutes.</param>
/// <param name="Any">Of the store that has grown, about any of its patients: mostly of one whom nobody asked about before.</param>
public sealed record GrowthTimes(SearchTime Same, SearchTime Small, SearchTime Any)
{
    public bool AreAnswered => Same.IsAnswered && Small.IsAnswered && Any.IsAnswered;
}
