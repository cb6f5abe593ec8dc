using System.Globalization;
using System.Text.Json;
using DatacenterOst.Store;
using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary>The account of an ingest, for people or for programs: read = accepted + rejected.</summary>
public static class IngestReport
{
    public static void Write(IntakeSummary summary, bool json)
    {
        if (json)
            WriteJson(summary);
        else
            WriteTable(summary, AnsiConsole.Console);
    }

    public static void WriteTable(IntakeSummary summary, IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("").AddColumn(new TableColumn("items").RightAligned());
        void Row(string name, long count) => table.AddRow(new Text(name), new Text(count.ToString("N0", CultureInfo.InvariantCulture)));
        Row("read", summary.Read);
        Row("accepted", summary.Accepted);
        if (summary.Unchanged > 0)
            Row("  of these stored before", summary.Unchanged);
        if (summary.Doublets > 0)
            Row("  of these doublets", summary.Doublets);
        Row("rejected", summary.Rejected);
        foreach (var (reason, count) in summary.RejectedByReason)
            Row($"  {reason}", count);
        console.Write(table);
        var seconds = summary.Duration.TotalSeconds;
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s, {summary.Read / Math.Max(seconds, 0.001):N0} items/s"));
        if (summary.Rejected > 0)
            console.WriteLine("Nothing is lost: see `dost ingest rejections`, mend the map or the profile, then `dost ingest replay`.");
    }

    private static void WriteJson(IntakeSummary summary)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
            WriteSummary(json, summary);
        Console.WriteLine(System.Text.Encoding.UTF8.GetString(output.ToArray()));
    }

    private static void WriteSummary(Utf8JsonWriter json, IntakeSummary summary)
    {
        json.WriteStartObject();
        json.WriteNumber("read", summary.Read);
        json.WriteNumber("accepted", summary.Accepted);
        json.WriteNumber("unchanged", summary.Unchanged);
        json.WriteNumber("doublets", summary.Doublets);
        json.WriteNumber("rejected", summary.Rejected);
        json.WriteStartObject("rejectedByReason");
        foreach (var (reason, count) in summary.RejectedByReason)
            json.WriteNumber(reason, count);
        json.WriteEndObject();
        json.WriteNumber("durationSeconds", Math.Round(summary.Duration.TotalSeconds, 3));
        json.WriteEndObject();
    }
}
