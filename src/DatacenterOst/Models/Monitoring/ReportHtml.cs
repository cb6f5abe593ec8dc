using System.Globalization;
using System.Net;
using System.Text;

namespace DatacenterOst.Models.Monitoring;

/// <summary>A report as one page: no script, nothing from elsewhere, so that it can be sent and kept.</summary>
public static class ReportHtml
{
    private const string Style = """
        body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1c2430;background:#fff}
        h1{font-size:1.6rem;margin-bottom:.2rem}h2{margin-top:2.2rem;border-top:1px solid #d7dde5;padding-top:1.2rem}h3{font-size:1rem;margin:1.4rem 0 .4rem}
        table{border-collapse:collapse;margin:.4rem 0}td,th{padding:.25rem .8rem .25rem 0;text-align:left;border-bottom:1px solid #e8ecf1;vertical-align:top}
        td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.row{display:flex;flex-wrap:wrap;gap:2rem}.muted{color:#5b6675}
        .alert{background:#fdecea;border-left:4px solid #b3261e;padding:.5rem .8rem;margin:.3rem 0}.fine{background:#e9f5ec;border-left:4px solid #2e7d4f;padding:.5rem .8rem}
        .stage{border-radius:1rem;padding:.1rem .6rem;background:#e3e9f2;font-size:.85rem}svg{display:block}
        """;

    public static string Write(ModelReport report)
    {
        var page = new StringBuilder(16_384);
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>")
            .Append(Safe($"Model {report.Model}")).Append("</title><style>").Append(Style).Append("</style></head><body>\n<h1>Model ").Append(Safe(report.Model)).Append("</h1>\n<p class=\"muted\">")
            .Append(Instant(report.From)).Append(" to ").Append(Instant(report.To)).Append(" · made ").Append(Instant(report.MadeAt)).Append("</p>\n");
        WriteAlerts(page, report);
        foreach (var note in report.Notes) page.Append("<p class=\"muted\">").Append(Safe(note)).Append("</p>\n");
        foreach (var version in report.Versions) WriteVersion(page, version);
        WriteComparisons(page, report);
        WriteChanges(page, report);
        return page.Append("</body></html>\n").ToString();
    }

    private static void WriteAlerts(StringBuilder page, ModelReport report)
    {
        if (report.Alerts.Count == 0) page.Append("<p class=\"fine\">No alerts.</p>\n");
        foreach (var alert in report.Alerts)
            page.Append("<p class=\"alert\"><b>").Append(Safe($"{alert.Kind} {alert.Version} {alert.Subject}".Trim())).Append("</b>: ").Append(Safe(alert.Text)).Append("</p>\n");
    }

    private static void WriteVersion(StringBuilder page, VersionReport version)
    {
        page.Append("<h2>").Append(Safe(version.Version)).Append(" <span class=\"stage\">").Append(Safe(version.Stage)).Append("</span></h2>\n<p class=\"muted\">content ").Append(Safe(version.Hash[..Math.Min(12, version.Hash.Length)])).Append("</p>\n");
        Table(page, ["answered", "silent", "abstained", "p50", "p95", "p99"],
            [[Number(version.Answered), Number(version.Silent), $"{Number(version.Abstained)} ({Percent(version.AbstentionRate)})", Milliseconds(version.Latency?.P50), Milliseconds(version.Latency?.P95), Milliseconds(version.Latency?.P99)]]);
        page.Append("<div class=\"row\">\n");
        if (version.Days.Count > 0) Figure(page, "Requests a day (UTC)", ReportPlots.Bars([.. version.Days.Select(day => (double)day.Count)], version.Days[0].Name, version.Days[^1].Name));
        if (version.Scores is { } scores) Figure(page, $"Scores, mean {Short(scores.Mean)}, median {Short(scores.Median)}", ReportPlots.Bars([.. scores.Counts.Select(count => (double)count)], Short(scores.Low), Short(scores.High)));
        if (version.Observed is { Bins.Count: > 0 } judged) Figure(page, "Calibration: observed by expected", ReportPlots.Calibration(judged.Bins));
        page.Append("</div>\n");
        WritePerformance(page, version);
        WriteDrift(page, version);
        if (version.Sites.Count > 0)
        {
            page.Append("<h3>Sites</h3>\n");
            Table(page, ["site", "requests", "abstained", "mean score", "observed/expected", "cards", "overridden"], [.. version.Sites.Select(site => new[]
            {
                Safe(site.Site), Number(site.Count), Number(site.Abstained), Short(site.MeanScore), Short(site.ObservedByExpected), Number(site.Cards), Number(site.Overridden),
            })]);
        }

        WriteCounts(page, "Conclusions", version.Conclusions);
        WriteCounts(page, "Why there was no number", version.Abstentions);
    }

    private static void WritePerformance(StringBuilder page, VersionReport version)
    {
        var rows = new List<string[]>();
        void Row(string name, PerformanceView? view)
        {
            if (view is not null) rows.Add([name, Number(view.Count), Short(view.Events), Short(view.Auroc), Short(view.Brier), Short(view.ObservedByExpected), Short(view.Slope), Short(view.Intercept)]);
        }

        Row("with outcomes", version.Observed);
        Row("estimated before outcomes", version.Estimated);
        if (rows.Count == 0) return;
        page.Append("<h3>Performance</h3>\n");
        Table(page, ["", "estimates", "events", "AUROC", "Brier", "observed/expected", "slope", "intercept"], rows);
    }

    private static void WriteDrift(StringBuilder page, VersionReport version)
    {
        if (version.Drift.Count == 0) return;
        page.Append("<h3>Drift against the reference</h3>\n<table><tr><th>feature</th><th class=\"n\">PSI</th><th>test</th><th class=\"n\">statistic</th><th class=\"n\">p</th><th class=\"n\">missing</th><th class=\"n\">missing then</th><th>then (grey) and now</th></tr>\n");
        foreach (var drift in version.Drift)
        {
            page.Append(drift.IsAlert ? "<tr style=\"background:#fdecea\">" : "<tr>").Append("<td>").Append(Safe(drift.Feature)).Append("</td><td class=\"n\">").Append(Short(drift.Psi)).Append("</td><td>")
                .Append(Safe(drift.Test)).Append("</td><td class=\"n\">").Append(Short(drift.Statistic)).Append("</td><td class=\"n\">").Append(drift.P?.ToString("0.0e+0", CultureInfo.InvariantCulture) ?? "–")
                .Append("</td><td class=\"n\">").Append(Percent(drift.MissingNow)).Append("</td><td class=\"n\">").Append(Percent(drift.MissingThen)).Append("</td><td>").Append(ReportPlots.Pair(drift.Then, drift.Now)).Append("</td></tr>\n");
        }

        page.Append("</table>\n");
    }

    private static void WriteComparisons(StringBuilder page, ModelReport report)
    {
        if (report.Comparisons.Count == 0) return;
        page.Append("<h2>Champion and challenger</h2>\n");
        Table(page, ["champion", "challenger", "requests", "concluded alike", "mean difference", "largest", "correlation", "only one gave a number", "AUROC champion", "AUROC challenger"], [.. report.Comparisons.Select(one => new[]
        {
            Safe(one.Champion), Safe(one.Challenger), Number(one.Pairs), $"{Number(one.Agreed)} ({Percent(one.Pairs == 0 ? null : (double)one.Agreed / one.Pairs)})", Short(one.MeanDifference), Short(one.LargestDifference),
            Short(one.Correlation), Number(one.OnlyOne), Short(one.AurocOfChampion), Short(one.AurocOfChallenger),
        })]);
        foreach (var one in report.Comparisons) WriteCounts(page, $"Moved from {one.Champion} to {one.Challenger}", one.Moved);
    }

    private static void WriteChanges(StringBuilder page, ModelReport report)
    {
        if (report.Changes.Count == 0) return;
        page.Append("<h2>Changes</h2>\n");
        Table(page, ["when", "version", "from", "to", "who", "why"], [.. report.Changes.Select(change => new[]
        {
            Instant(change.At), Safe(change.Version), change.From.ToString().ToLowerInvariant(), change.To.ToString().ToLowerInvariant(), Safe(change.Who), Safe(change.Why),
        })]);
    }

    private static void WriteCounts(StringBuilder page, string title, IReadOnlyList<Counted> counts)
    {
        if (counts.Count == 0) return;
        page.Append("<h3>").Append(Safe(title)).Append("</h3>\n");
        Table(page, ["", "count"], [.. counts.Select(count => new[] { Safe(count.Name), Number(count.Count) })]);
    }

    // Cells are safe already: they are numbers, or went through Safe.
    private static void Table(StringBuilder page, string[] heads, IReadOnlyList<string[]> rows)
    {
        page.Append("<table><tr>");
        foreach (var head in heads) page.Append("<th>").Append(Safe(head)).Append("</th>");
        page.Append("</tr>\n");
        foreach (var row in rows)
        {
            page.Append("<tr>");
            foreach (var cell in row) page.Append("<td>").Append(cell).Append("</td>");
            page.Append("</tr>\n");
        }

        page.Append("</table>\n");
    }

    private static void Figure(StringBuilder page, string title, string svg) => page.Append("<div><h3>").Append(Safe(title)).Append("</h3>").Append(svg).Append("</div>\n");

    private static string Safe(string text) => WebUtility.HtmlEncode(text);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Short(double? number) => number is { } value ? value.ToString("0.###", CultureInfo.InvariantCulture) : "–";

    private static string Percent(double? share) => share is { } value ? value.ToString("0.0%", CultureInfo.InvariantCulture) : "–";

    private static string Milliseconds(double? number) => number is { } value ? value.ToString("0.0", CultureInfo.InvariantCulture) + " ms" : "–";

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
