using System.Globalization;
using System.Net;
using System.Text;

namespace DatacenterOst.Models.Evaluation;

/// <summary>One set of predictions in a report, with the words above it.</summary>
public sealed record ReportSection(string Title, Performance Performance, IReadOnlyList<string> Notes);

/// <summary>A report as one HTML file with inline SVG: opens without a network, prints, and holds no row of any patient.</summary>
public static class ReportPage
{
    private const string Style = """
        :root{--ink:#1c2733;--soft:#5b6876;--line:#dfe4ea;--main:#0b5cad;--beside:#c25e00;--page:#fff}
        @media (prefers-color-scheme:dark){:root{--ink:#e6ebf1;--soft:#9aa7b5;--line:#37424e;--main:#6db3ff;--beside:#ffac5c;--page:#161c23}}
        body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);max-width:1340px;margin:2rem auto;padding:0 1.2rem}
        h1{font-size:1.6rem;margin:0 0 .3rem}h2{font-size:1.2rem;margin:2.2rem 0 .4rem;border-top:1px solid var(--line);padding-top:1.2rem}
        p,li{color:var(--soft);max-width:70rem}
        .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(400px,1fr));gap:1rem}svg{width:100%;height:auto}
        table{border-collapse:collapse;margin:.8rem 0;font-variant-numeric:tabular-nums}th,td{padding:.25rem .8rem;text-align:right;border-bottom:1px solid var(--line)}
        th:first-child,td:first-child{text-align:left}th{color:var(--soft);font-weight:600}.scroll{overflow-x:auto}
        .title{font-size:13px;font-weight:600;fill:var(--ink)}.axis,.tick{font-size:11px;fill:var(--soft)}.grid{stroke:var(--line);stroke-width:1}
        polyline,line.main,line.beside,line.guide{fill:none;stroke-width:2}.main{stroke:var(--main)}.beside{stroke:var(--beside)}.guide{stroke:var(--soft);stroke-dasharray:4 4;stroke-width:1.2}
        .point line,.point circle{stroke:var(--main);stroke-width:1.5}.point circle{fill:var(--page)}
        rect.main{fill:var(--main);stroke:none}rect.beside{fill:var(--beside);stroke:none}
        """;

    public static string Write(string title, IReadOnlyList<string> lead, IReadOnlyList<ReportSection> sections)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>").Append(E(title));
        page.Append("</title><style>").Append(Style).Append("</style></head><body><h1>").Append(E(title)).Append("</h1>");
        foreach (var line in lead) page.Append("<p>").Append(E(line)).Append("</p>");
        foreach (var section in sections) Section(page, section);
        return page.Append("</body></html>\n").ToString();
    }

    private static void Section(StringBuilder page, ReportSection section)
    {
        var done = section.Performance;
        page.Append("<section><h2>").Append(E(section.Title)).Append("</h2>");
        foreach (var note in section.Notes) page.Append("<p>").Append(E(note)).Append("</p>");
        Numbers(page, done);
        page.Append("<div class=\"charts\">").Append(Roc(done)).Append(PrecisionRecall(done)).Append(Calibration(done)).Append(Decision(done)).Append(Scores(done)).Append("</div>");
        ThresholdTable(page, done);
        SubgroupTable(page, done);
        page.Append("</section>");
    }

    private static void Numbers(StringBuilder page, Performance done)
    {
        page.Append("<div class=\"scroll\"><table><tr><th>Rows</th><th>Patients</th><th>With the outcome</th><th>Patient-days</th><th>AUROC</th><th>AUPRC</th><th>Brier</th><th>Calibration slope</th><th>Intercept</th></tr><tr>");
        Cells(page, N0(done.Rows), N0(done.Patients), $"{N0(done.Events)} ({Percent((double)done.Events / done.Rows)})", N0(done.PatientDays));
        Cells(page, M(done.Auroc), M(done.Auprc), M(done.Brier), M(done.CalibrationSlope), M(done.CalibrationIntercept));
        page.Append("</tr></table></div><p>In brackets 95 % intervals by bootstrap over patients.</p>");
    }

    private static string Roc(Performance done) =>
        new SvgChart($"ROC, AUROC {M(done.Auroc)}", ("1 − specificity", "Sensitivity"), (0, 1), (0, 1))
            .Line([(0, 0), (1, 1)], "guide").Line(done.Roc.Select(point => (point.X, point.Y)), "main").Draw();

    private static string PrecisionRecall(Performance done)
    {
        var share = (double)done.Events / done.Rows;
        return new SvgChart($"PR, AUPRC {M(done.Auprc)}", ("Sensitivity", "Positive predictive value"), (0, 1), (0, 1))
            .Line([(0, share), (1, share)], "guide").Line(done.PrecisionRecall.Select(point => (point.X, point.Y)), "main").Draw();
    }

    private static string Calibration(Performance done)
    {
        var highest = Math.Clamp(done.Calibration.Max(bin => Math.Max(bin.Predicted, bin.High)) * 1.05, 0.1, 1);
        var chart = new SvgChart("Calibration by tenths of the rows", ("Predicted", "Observed"), (0, highest), (0, highest)).Line([(0, 0), (highest, highest)], "guide");
        foreach (var bin in done.Calibration)
            chart.Point(bin.Predicted, bin.Observed, (bin.Low, bin.High), $"{N0(bin.Count)} rows: predicted {Percent(bin.Predicted)}, observed {Percent(bin.Observed)} ({Percent(bin.Low)} to {Percent(bin.High)})");
        return chart.Draw();
    }

    private static string Decision(Performance done)
    {
        var highest = Math.Max(0.01, done.Decision.Max(point => Math.Max(point.Model, point.All)) * 1.1);
        return new SvgChart("Decision curve: net benefit", ("Threshold probability", "Net benefit per row"), (0, done.Decision[^1].Threshold), (-highest / 4, highest))
            .Line([(0, 0), (done.Decision[^1].Threshold, 0)], "guide", "act on none")
            .Line(done.Decision.Where(point => point.All > -highest / 4).Select(point => (point.Threshold, point.All)), "beside", "act on all")
            .Line(done.Decision.Select(point => (point.Threshold, point.Model)), "main", "act by the model").Draw();
    }

    private static string Scores(Performance done)
    {
        double[] totals = [Math.Max(1, done.Histogram[0].Sum()), Math.Max(1, done.Histogram[1].Sum())];
        var highest = done.Histogram.SelectMany((bins, i) => bins.Select(count => count / totals[i])).Max() * 1.1;
        var chart = new SvgChart("Scores", ("Predicted probability", "Share of the rows with or without"), (0, 1), (0, highest));
        for (var bin = 0; bin < done.Histogram[0].Length; bin++)
        {
            var width = 1.0 / done.Histogram[0].Length;
            for (var side = 0; side < 2; side++)
            {
                var from = (bin + (side * 0.5)) * width;
                chart.Bar(from, from + (width / 2), done.Histogram[side][bin] / totals[side], side == 0 ? "main" : "beside", $"{N0(done.Histogram[side][bin])} rows {(side == 0 ? "without" : "with")} the outcome");
            }
        }

        return chart.Named("without the outcome", "main").Named("with the outcome", "beside").Draw();
    }

    private static void ThresholdTable(StringBuilder page, Performance done)
    {
        page.Append("<div class=\"scroll\"><table><tr><th>Alert at</th><th>Alerts</th><th>PPV</th><th>Sensitivity</th><th>Specificity</th><th>NPV</th><th>Alerts per 100 patient-days</th><th>Median lead time, h</th></tr>");
        foreach (var at in done.Thresholds)
        {
            page.Append("<tr>");
            Cells(page, Percent(at.Threshold), N0(at.Alerts), M(at.Ppv), M(at.Sensitivity), M(at.Specificity), M(at.Npv), M(at.AlertsPer100Days), at.LeadHours is { } lead ? lead.ToString("0", CultureInfo.InvariantCulture) : "–");
            page.Append("</tr>");
        }

        page.Append("</table></div>");
    }

    private static void SubgroupTable(StringBuilder page, Performance done)
    {
        if (done.Subgroups.Count == 0) return;
        page.Append("<div class=\"scroll\"><table><tr><th>Subgroup</th><th>Rows</th><th>With the outcome</th><th>AUROC</th><th>AUPRC</th><th>Brier</th><th>Observed / expected</th></tr>");
        foreach (var group in done.Subgroups)
        {
            page.Append("<tr>");
            Cells(page, $"{group.Kind}: {group.Group}", N0(group.Rows), N0(group.Events), M(group.Auroc), M(group.Auprc), M(group.Brier), M(group.ObservedToExpected));
            page.Append("</tr>");
        }

        page.Append("</table></div>");
    }

    private static void Cells(StringBuilder page, params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts) page.Append("<td>").Append(E(text)).Append("</td>");
    }

    internal static string M(Measure measure)
    {
        if (measure.Value is not { } value) return "–";
        return measure is { Low: { } low, High: { } high }
            ? string.Create(CultureInfo.InvariantCulture, $"{value:0.000} ({low:0.000} to {high:0.000})")
            : value.ToString("0.000", CultureInfo.InvariantCulture);
    }

    private static string N0(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Percent(double value) => (value * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static string E(string text) => WebUtility.HtmlEncode(text);
}
