using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DatacenterOst.Access;
using DatacenterOst.Store;
using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost ingest rejections</c> and <c>dost ingest replay</c>: what was not understood, and the second try after mending.</summary>
public static class RejectionCommands
{
    public static Command List()
    {
        var reason = new Option<string?>("--reason") { Description = "Only this reason, for example code-unmapped." };
        var limit = new Option<int>("--limit") { Description = "Rows to print.", DefaultValueFactory = _ => 50 };
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var store = new StoreOptions();
        var command = new Command("rejections", "List what was not understood, with reason, place and what to do.") { reason, limit, json };
        store.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var centre = await DataCentre.Open(store.Read(parsed), TimeProvider.System, cancellationToken);
            var filter = new RejectionFilter { Reason = parsed.GetValue(reason) };
            var rows = await centre.Rejections.List(filter, null, Math.Clamp(parsed.GetValue(limit), 1, Rejections.MaxListed), Caller.Loopback, cancellationToken);
            if (parsed.GetValue(json))
                WriteLines(rows);
            else
                WriteTable(await centre.Rejections.Count(filter, Caller.Loopback, cancellationToken), rows);
            return 0;
        });
        return command;
    }

    public static Command Replay()
    {
        var reason = new Option<string?>("--reason") { Description = "Only this reason." };
        var json = new Option<bool>("--json") { Description = "Print the summary as JSON." };
        var store = new StoreOptions();
        var command = new Command("replay", "Try everything again that was rejected, from its kept bytes, with the maps and profiles of now.") { reason, json };
        store.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var centre = await DataCentre.Open(store.Read(parsed), TimeProvider.System, cancellationToken);
            var filter = new RejectionFilter { Reason = parsed.GetValue(reason) };
            var summary = await centre.Rejections.Replay(filter, new ReplayReading(centre).Read, Caller.Product, cancellationToken);
            IngestReport.Write(summary, parsed.GetValue(json));
            return summary.Rejected > 0 ? Root.Rejected : 0;
        });
        return command;
    }

    private static void WriteTable(IReadOnlyList<RejectionCount> counts, IReadOnlyList<KeptRejection> rows)
    {
        if (counts.Count == 0)
        {
            AnsiConsole.Console.WriteLine("Nothing is rejected.");
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("profile", "place", "reason", "what to do");
        foreach (var row in rows)
            table.AddRow(new Text(row.Profile), new Text(row.Rejection.Place), new Text(row.Rejection.Reason), new Text(row.Rejection.Message));
        AnsiConsole.Console.Write(table);
        foreach (var count in counts)
            AnsiConsole.Console.WriteLine($"{count.Count.ToString("N0", CultureInfo.InvariantCulture),10}  {count.Profile}  {count.Reason}  {count.Subject}");
    }

    private static void WriteLines(IReadOnlyList<KeptRejection> rows)
    {
        foreach (var row in rows)
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                profile = row.Profile,
                place = row.Rejection.Place,
                reason = row.Rejection.Reason,
                subject = row.Rejection.Subject,
                message = row.Rejection.Message,
                raw = row.Raw.ToString(),
                firstSeen = row.FirstSeenAt,
            }));
    }
}
