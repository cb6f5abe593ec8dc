namespace DatacenterOst.Models.Evaluation;

/// <summary>A point of a curve over all thresholds.</summary>
public readonly record struct CurvePoint(double X, double Y, double Threshold);

/// <summary>How well a score tells those with the outcome from those without, whatever the threshold.</summary>
public static class Discrimination
{
    /// <summary>Area under the ROC curve: the probability that one with the outcome scores above one without; ties count half (Mann, Whitney).</summary>
    /// <returns>NaN where there is only one class.</returns>
    public static double Auroc(double[] scores, bool[] outcomes)
    {
        var (area, truePositives, falsePositives) = (0d, 0L, 0L);
        foreach (var (positives, negatives, _) in Steps(scores, outcomes))
        {
            area += negatives * (truePositives + (positives / 2.0));
            truePositives += positives;
            falsePositives += negatives;
        }

        return truePositives == 0 || falsePositives == 0 ? double.NaN : area / ((double)truePositives * falsePositives);
    }

    /// <summary>Average precision, the step sum that scikit-learn gives; no straight lines between points, which are too kind (Davis, Goadrich 2006).</summary>
    public static double Auprc(double[] scores, bool[] outcomes)
    {
        var (area, truePositives, all) = (0d, 0L, 0L);
        foreach (var (positives, negatives, _) in Steps(scores, outcomes))
        {
            truePositives += positives;
            all += positives + negatives;
            area += positives * ((double)truePositives / all);
        }

        return truePositives == 0 ? double.NaN : area / truePositives;
    }

    /// <summary>1 − specificity against sensitivity, from (0, 0) to (1, 1).</summary>
    public static IReadOnlyList<CurvePoint> Roc(double[] scores, bool[] outcomes)
    {
        var (positives, negatives) = Count(outcomes);
        var points = new List<CurvePoint> { new(0, 0, double.PositiveInfinity) };
        var (hits, alarms) = (0L, 0L);
        foreach (var (more, less, threshold) in Steps(scores, outcomes))
        {
            (hits, alarms) = (hits + more, alarms + less);
            points.Add(new CurvePoint((double)alarms / Math.Max(1, negatives), (double)hits / Math.Max(1, positives), threshold));
        }

        return points;
    }

    /// <summary>Sensitivity against positive predictive value.</summary>
    public static IReadOnlyList<CurvePoint> PrecisionRecall(double[] scores, bool[] outcomes)
    {
        var (positives, _) = Count(outcomes);
        var points = new List<CurvePoint>();
        var (hits, all) = (0L, 0L);
        foreach (var (more, less, threshold) in Steps(scores, outcomes))
        {
            (hits, all) = (hits + more, all + more + less);
            points.Add(new CurvePoint((double)hits / Math.Max(1, positives), (double)hits / all, threshold));
        }

        return points;
    }

    private static (long Positives, long Negatives) Count(bool[] outcomes)
    {
        var positives = outcomes.LongCount(outcome => outcome);
        return (positives, outcomes.LongLength - positives);
    }

    /// <summary>From the highest score down, equal scores together.</summary>
    private static IEnumerable<(int Positives, int Negatives, double Threshold)> Steps(double[] scores, bool[] outcomes)
    {
        var keys = (double[])scores.Clone();
        var sorted = (bool[])outcomes.Clone();
        Array.Sort(keys, sorted);
        for (var from = keys.Length - 1; from >= 0;)
        {
            var (positives, at) = (0, from);
            while (at >= 0 && keys[at] == keys[from])
            {
                if (sorted[at]) positives++;
                at--;
            }

            yield return (positives, from - at - positives, keys[from]);
            from = at;
        }
    }
}
