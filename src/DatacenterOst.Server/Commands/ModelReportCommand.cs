using System.CommandLine;
using DatacenterOst.Access;
using DatacenterOst.Models;
using DatacenterOst.Models.Monitoring;
using DatacenterOst.Server.Http;
using DatacenterOst.Server.Models;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost model report</c>: how a model does, on the terminal, as JSON or as a page.</summary>
public static class ModelReportCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "The model." };
        var output = new Option<string?>("--out") { Description = "Write it to this file: .html for a page, else JSON.", HelpName = "FILE" };
        var from = new Option<string?>("--from") { Description = "From this date or instant on (default: 30 days before the end)." };
        var to = new Option<string?>("--to") { Description = "Before this date or instant (default: now)." };
        var json = new Option<bool>("--json") { Description = "Print it as GET /api/models/{id}/report does." };
        var store = new StoreOptions();
        var command = new Command("report", "How a model does: volume, abstentions, latency, drift, calibration, overrides, by site, with alerts.") { id, output, from, to, json };
        store.AddTo(command);
        command.SetAction((parsed, stop) => Refusal.OrResult(
            async cancellationToken =>
            {
                await using var centre = await DataCentre.Open(store.Read(parsed), TimeProvider.System, cancellationToken);
                var report = await ModelReports.Of(
                    centre, new ModelId(parsed.GetRequiredValue(id)), AnswerEndpoints.Instant(parsed.GetValue(from), "--from"), AnswerEndpoints.Instant(parsed.GetValue(to), "--to"), Caller.Loopback, cancellationToken);
                if (parsed.GetValue(output) is { } file)
                    await File.WriteAllTextAsync(file, file.EndsWith(".html", StringComparison.OrdinalIgnoreCase) ? ReportHtml.Write(report) : ModelReports.Json(report), cancellationToken);
                if (parsed.GetValue(json)) Console.WriteLine(ModelReports.Json(report));
                else Tell(report);
                return 0;
            },
            stop));
        return command;
    }

    private static void Tell(ModelReport report)
    {
        foreach (var version in report.Versions)
        {
            Console.WriteLine(FormattableString.Invariant($"{report.Model} {version.Version} ({version.Stage}): {version.Answered} answered, {version.Silent} in silence, {version.Abstained} without a number, p95 {version.Latency?.P95 ?? 0:0.0} ms"));
            if (version.Observed is { } observed) Console.WriteLine(FormattableString.Invariant($"  with {observed.Count} outcomes: AUROC {observed.Auroc:0.000}, Brier {observed.Brier:0.000}, observed/expected {observed.ObservedByExpected:0.00}"));
            if (version.Estimated is { } estimated) Console.WriteLine(FormattableString.Invariant($"  estimated before outcomes: AUROC {estimated.Auroc:0.000}, Brier {estimated.Brier:0.000}"));
        }

        foreach (var one in report.Comparisons) Console.WriteLine(FormattableString.Invariant($"{one.Champion} and {one.Challenger}: {one.Agreed} of {one.Pairs} concluded alike"));
        if (report.Alerts.Count == 0) Console.WriteLine("No alerts.");
        foreach (var alert in report.Alerts) Console.WriteLine($"ALERT {alert.Kind} {alert.Version} {alert.Subject}: {alert.Text}");
    }
}
