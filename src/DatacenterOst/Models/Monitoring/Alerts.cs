using System.Globalization;

namespace DatacenterOst.Models.Monitoring;

/// <summary>What somebody should look at, by the thresholds of each version. Pure.</summary>
public static class Alerts
{
    public static IReadOnlyList<Alert> Of(ReportInput input, IReadOnlyList<VersionReport> versions)
    {
        var alerts = new List<Alert>();
        if (!input.History.IsIntact) alerts.Add(new Alert("audit", "", input.Model, "A change of a stage no longer says what was written: the chain of their hashes is broken."));
        if (input.Dropped > 0) alerts.Add(new Alert("dropped", "", input.Model, Text($"{input.Dropped} requests were not scored in silence because too many waited.")));
        foreach (var (report, version) in versions.Zip(input.Versions))
        {
            OfVersion(report, version.Rules, alerts);
            OfPerformance(report, version, alerts);
            OfOverrides(report, version.Rules, alerts);
        }

        return alerts;
    }

    private static void OfVersion(VersionReport report, MonitoringRules rules, List<Alert> alerts)
    {
        foreach (var drift in report.Drift.Where(drift => drift.IsAlert))
            alerts.Add(new Alert(drift.Feature == "score" ? "score-drift" : "drift", report.Version, drift.Feature, Text($"population stability index {drift.Psi:0.00} (limit {rules.Psi}), {drift.Test} p = {drift.P:0.0e+0}, missing {drift.MissingNow:P1} (then {drift.MissingThen:P1})")));
        if (report.Answered + report.Silent < rules.LeastScores) return;
        if (report.AbstentionRate > rules.Abstentions)
            alerts.Add(new Alert("abstentions", report.Version, report.Abstentions.Count > 0 ? report.Abstentions[0].Name : "", Text($"{report.AbstentionRate:P1} of the requests got no number (limit {rules.Abstentions:P0})")));
        if (report.Latency is { } latency && latency.P95 > rules.Milliseconds)
            alerts.Add(new Alert("latency", report.Version, "p95", Text($"{latency.P95:0} ms (limit {rules.Milliseconds:0} ms)")));
    }

    private static void OfPerformance(VersionReport report, MonitoredVersion version, List<Alert> alerts)
    {
        var rules = version.Rules;
        if (report.Observed is { } observed && observed.Count >= rules.LeastOutcomes)
        {
            if (observed.ObservedByExpected is { } ratio && (ratio > rules.Calibration || ratio < 1 / rules.Calibration))
                alerts.Add(new Alert("calibration", report.Version, "observed/expected", Text($"{ratio:0.00} over {observed.Count} outcomes (limits {1 / rules.Calibration:0.00} to {rules.Calibration:0.00})")));
            if (version.Reference?.Auroc is { } then && observed.Auroc < then - rules.AurocLoss)
                alerts.Add(new Alert("discrimination", report.Version, "AUROC", Text($"{observed.Auroc:0.000}, at training {then:0.000}")));
        }
        else if (report.Estimated is { } estimated && estimated.Count >= rules.LeastScores && version.Reference?.Auroc is { } then && estimated.Auroc < then - rules.AurocLoss)
        {
            alerts.Add(new Alert("discrimination", report.Version, "estimated AUROC", Text($"{estimated.Auroc:0.000} before outcomes are known, at training {then:0.000}")));
        }
    }

    private static void OfOverrides(VersionReport report, MonitoringRules rules, List<Alert> alerts)
    {
        foreach (var site in report.Sites.Where(site => site.Cards >= rules.LeastScores && (double)site.Overridden / site.Cards > rules.Overrides))
            alerts.Add(new Alert("overrides", report.Version, site.Site, Text($"{site.Overridden} of {site.Cards} cards were overridden (limit {rules.Overrides:P0})")));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
