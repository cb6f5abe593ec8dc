using System.Globalization;
using DatacenterOst.Store.Models;

namespace DatacenterOst.Models.Monitoring;

/// <summary>From records to a report. Pure: the same records give the same report.</summary>
public static class ReportMaking
{
    private const int ScoreBins = 20;

    /// <summary>Reasons, conclusions and sites that are listed; a report of more is read by nobody.</summary>
    private const int MaxListed = 50;

    public static ModelReport Of(ReportInput input)
    {
        var join = new OutcomeJoin(input.Outcomes, input.Stored);
        var byVersion = input.Rows.ToLookup(row => row.Estimate.Hash);
        var versions = input.Versions.Select(version => Version(input, version, [.. byVersion[version.Hash]], join)).ToList();
        var comparisons = ChampionChallenger.All(input, join);
        return new ModelReport(input.Model, input.From, input.To, input.MadeAt)
        {
            Versions = versions,
            Comparisons = comparisons,
            Alerts = Alerts.Of(input, versions),
            Changes = input.History.Changes,
            Notes = input.Notes,
        };
    }

    private static VersionReport Version(ReportInput input, MonitoredVersion version, IReadOnlyList<ScoredRow> rows, OutcomeJoin join)
    {
        var scored = rows.Where(row => row.Estimate.Score is not null).ToList();
        var shown = rows.Where(row => !row.IsSilent).ToList();
        var abstained = rows.Count(row => row.IsAbstained);
        return new VersionReport(version.Version, version.Hash, version.Stage)
        {
            Answered = shown.Count,
            Silent = rows.Count - shown.Count,
            Abstained = abstained,
            AbstentionRate = rows.Count == 0 ? null : (double)abstained / rows.Count,
            Abstentions = Counts(rows.SelectMany(row => row.Estimate.Abstentions)),
            Conclusions = Counts(rows.Select(Concluded)),
            Latency = LatencyOf(shown.Count > 0 ? shown : rows),
            Scores = HistogramOf([.. scored.Select(row => row.Estimate.Score!.Value)]),
            Drift = DriftOf(version, rows),
            Observed = Performance.Of(Judged(scored, join, version.Rules.Horizon)),
            Estimated = Performance.Expected([.. scored.Select(row => row.Estimate.Probability).OfType<double>()]),
            Sites = Sites(input, version, rows, join),
            Days = [.. rows.GroupBy(row => row.At.UtcDateTime.Date).OrderBy(day => day.Key).Select(day => new Counted(day.Key.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), day.Count()))],
        };
    }

    internal static List<Judged> Judged(IEnumerable<ScoredRow> rows, OutcomeJoin join, TimeSpan? horizon)
    {
        var judged = new List<Judged>();
        foreach (var row in rows)
        {
            if (row.Estimate.Probability is { } score && join.Of(row, horizon) is { } happened) judged.Add(new Judged(score, happened));
        }

        return judged;
    }

    internal static string Concluded(ScoredRow row) => row.IsAbstained ? "abstained" : row.Estimate.Conclusions.Count == 0 ? "nothing" : string.Join(" + ", row.Estimate.Conclusions);

    internal static List<Counted> Counts(IEnumerable<string> names)
        => [.. names.CountBy(name => name).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(MaxListed).Select(pair => new Counted(pair.Key, pair.Value))];

    private static Latency? LatencyOf(IReadOnlyList<ScoredRow> rows)
    {
        if (rows.Count == 0) return null;
        var sorted = rows.Select(row => row.Milliseconds).Order().ToArray();
        return new Latency(Quantile(sorted, 0.5), Quantile(sorted, 0.95), Quantile(sorted, 0.99));
    }

    private static Histogram? HistogramOf(double[] scores)
    {
        if (scores.Length == 0) return null;
        Array.Sort(scores);
        var (low, high) = (Math.Min(0, scores[0]), Math.Max(1, scores[^1]));
        var counts = new int[ScoreBins];
        foreach (var score in scores) counts[Math.Min(ScoreBins - 1, (int)((score - low) / (high - low) * ScoreBins))]++;
        return new Histogram(low, high, counts, scores.Average(), Quantile(scores, 0.5));
    }

    // Linear between neighbours (type 7 of Hyndman and Fan).
    private static double Quantile(double[] sorted, double share)
    {
        var place = (sorted.Length - 1) * share;
        var below = (int)place;
        return sorted[below] + ((sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]) * (place - below));
    }

    private static List<FeatureDrift> DriftOf(MonitoredVersion version, IReadOnlyList<ScoredRow> rows)
    {
        if (version.Reference is not { } reference || rows.Count == 0) return [];
        var drifts = new List<FeatureDrift>();
        foreach (var feature in reference.Features)
        {
            var values = rows.Select(row => row.Estimate.Features.FirstOrDefault(value => value.Name == feature.Name)).OfType<KeptFeature>().ToList();
            if (values.Count > 0) drifts.Add(Drift(feature, values, version.Rules));
        }

        if (reference.Score is { } score)
            drifts.Add(Drift(score with { Name = "score" }, [.. rows.Where(row => row.Estimate.Score is not null).Select(row => new KeptFeature("score", row.Estimate.Probability ?? row.Estimate.Score, null, null))], version.Rules));
        return [.. drifts.OrderByDescending(drift => drift.Psi ?? 0)];
    }

    private static FeatureDrift Drift(ReferenceFeature then, List<KeptFeature> now, MonitoringRules rules)
    {
        double[] bins = [.. then.Counts];
        var counts = new double[bins.Length + (then.IsNumeric ? 0 : 1)];
        if (!then.IsNumeric) bins = [.. bins, 0];
        var missing = 0;
        foreach (var value in now)
        {
            // An imputed value is no observation of the population.
            if (value.Missing is not null || (value.Number is null && value.Text is null)) missing++;
            else counts[then.IsNumeric ? (value.Number is { } number ? then.BinOf(number) : 0) : then.BinOf(value.Text ?? value.Number?.ToString("R", CultureInfo.InvariantCulture) ?? "")]++;
        }

        var test = then.IsNumeric ? DriftTests.KolmogorovSmirnov(bins, counts) : DriftTests.ChiSquare(bins, counts);
        var psi = DriftTests.Psi([.. bins, then.Missing], [.. counts, missing]);
        var all = bins.Sum() + then.Missing;
        return new FeatureDrift(then.Name, psi, then.IsNumeric ? "ks" : "chi-square", test?.Statistic, test?.P)
        {
            Count = now.Count,
            MissingNow = now.Count == 0 ? 0 : (double)missing / now.Count,
            MissingThen = all > 0 ? then.Missing / all : 0,
            Then = Shares(bins),
            Now = Shares(counts),

            // A test alone finds the smallest difference where data are many, an index alone what is chance where they are few: both must speak.
            IsAlert = now.Count >= rules.LeastScores && psi >= rules.Psi && (test is null || test.Value.P < rules.PValue || Math.Abs((now.Count == 0 ? 0 : (double)missing / now.Count) - (all > 0 ? then.Missing / all : 0)) > 0.1),
        };
    }

    private static double[] Shares(double[] counts)
    {
        var sum = counts.Sum();
        return sum > 0 ? [.. counts.Select(count => count / sum)] : counts;
    }

    private static List<SiteReport> Sites(ReportInput input, MonitoredVersion version, IReadOnlyList<ScoredRow> rows, OutcomeJoin join)
    {
        var overrides = input.Overrides.Where(row => row.Version == version.Version).ToLookup(row => row.Unit);
        return [.. rows.GroupBy(row => row.Unit).OrderByDescending(site => site.Count()).ThenBy(site => site.Key, StringComparer.Ordinal).Take(MaxListed).Select(site =>
        {
            var scores = site.Select(row => row.Estimate.Score).OfType<double>().ToList();
            var observed = Performance.Of(Judged(site, join, version.Rules.Horizon));
            return new SiteReport(site.Key, site.Count(), site.Count(row => row.IsAbstained), scores.Count == 0 ? null : scores.Average(), observed?.ObservedByExpected)
            {
                Cards = overrides[site.Key].Sum(row => row.Cards),
                Overridden = overrides[site.Key].Sum(row => row.Overridden),
            };
        })];
    }
}
