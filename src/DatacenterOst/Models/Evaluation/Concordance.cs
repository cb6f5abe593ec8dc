namespace DatacenterOst.Models.Evaluation;

/// <summary>
/// Harrell's C: among pairs of which one is known to have had the event first, the share in which it had the higher risk; equal risks
/// count half (Harrell, JAMA 1982;247:2543-2546; the definition of R's <c>survival::concordance</c>).
/// </summary>
public static class Concordance
{
    /// <summary>Every pair is looked at; over it that takes minutes.</summary>
    public const int MaxRows = 100_000;

    /// <returns>NaN where no pair can be compared.</returns>
    public static double Of(IReadOnlyList<double> times, IReadOnlyList<bool> events, IReadOnlyList<double> risks)
    {
        if (times.Count > MaxRows) throw new Clinical.Problem(Clinical.ProblemKind.TooLarge, $"a concordance takes {MaxRows} rows at most", where: "rows");
        var (concordant, tied, pairs) = (0L, 0L, 0L);
        for (var i = 0; i < times.Count; i++)
        {
            if (!events[i]) continue;
            for (var j = 0; j < times.Count; j++)
            {
                // Someone censored at the very time of the event is taken to have outlived it.
                if (times[j] < times[i] || (times[j] == times[i] && (events[j] || i == j))) continue;
                pairs++;
                if (risks[i] > risks[j]) concordant++;
                else if (risks[i] == risks[j]) tied++;
            }
        }

        return pairs == 0 ? double.NaN : (concordant + (0.5 * tied)) / pairs;
    }
}
