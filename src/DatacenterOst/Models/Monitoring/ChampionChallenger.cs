using MathNet.Numerics.Statistics;

namespace DatacenterOst.Models.Monitoring;

/// <summary>Versions beside each other on the requests that both scored. Pure.</summary>
public static class ChampionChallenger
{
    public static IReadOnlyList<Comparison> All(ReportInput input, OutcomeJoin join)
    {
        var (shown, silent) = (new Dictionary<Guid, ScoredRow>(), input.Rows.Where(row => row.IsSilent).ToLookup(row => row.Run));
        foreach (var row in input.Rows)
        {
            if (!row.IsSilent) shown[row.Run] = row;
        }

        var pairs = new Dictionary<(string Champion, string Challenger), List<(ScoredRow Champion, ScoredRow Challenger)>>();
        foreach (var (run, champion) in shown)
        {
            foreach (var challenger in silent[run])
            {
                var key = (champion.Estimate.Version, challenger.Estimate.Version);
                if (!pairs.TryGetValue(key, out var list)) pairs[key] = list = [];
                list.Add((champion, challenger));
            }
        }

        return [.. pairs.OrderBy(pair => pair.Key.Champion, StringComparer.Ordinal).ThenBy(pair => pair.Key.Challenger, StringComparer.Ordinal)
            .Select(pair => Compare(pair.Key.Champion, pair.Key.Challenger, pair.Value, HorizonOf(input), join))];
    }

    private static TimeSpan? HorizonOf(ReportInput input) => input.Versions.Select(version => version.Rules.Horizon).FirstOrDefault(horizon => horizon is not null);

    private static Comparison Compare(string champion, string challenger, List<(ScoredRow Champion, ScoredRow Challenger)> pairs, TimeSpan? horizon, OutcomeJoin join)
    {
        var both = pairs.Where(pair => pair.Champion.Estimate.Score is not null && pair.Challenger.Estimate.Score is not null).ToList();
        var (one, other) = (both.ConvertAll(pair => pair.Champion.Estimate.Score!.Value), both.ConvertAll(pair => pair.Challenger.Estimate.Score!.Value));
        var differences = one.Zip(other, (left, right) => right - left).ToList();
        var correlation = both.Count < 2 ? double.NaN : Correlation.Pearson(one, other);
        var moved = pairs.Select(pair => (From: ReportMaking.Concluded(pair.Champion), To: ReportMaking.Concluded(pair.Challenger))).ToList();
        return new Comparison(champion, challenger, pairs.Count, moved.Count(move => move.From == move.To))
        {
            MeanDifference = differences.Count == 0 ? null : differences.Average(),
            LargestDifference = differences.Count == 0 ? null : differences.MaxBy(Math.Abs),
            Correlation = double.IsNaN(correlation) ? null : correlation,
            OnlyOne = pairs.Count(pair => pair.Champion.Estimate.Score is null != pair.Challenger.Estimate.Score is null),
            AurocOfChampion = Performance.Auroc(ReportMaking.Judged(pairs.Select(pair => pair.Champion), join, horizon)),
            AurocOfChallenger = Performance.Auroc(ReportMaking.Judged(pairs.Select(pair => pair.Challenger), join, horizon)),
            Moved = ReportMaking.Counts(moved.Where(move => move.From != move.To).Select(move => $"{move.From} → {move.To}")),
        };
    }
}
