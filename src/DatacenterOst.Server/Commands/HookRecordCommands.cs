using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DatacenterOst.Access;
using DatacenterOst.Cards.Records;
using DatacenterOst.Server.Http;
using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost hook replay</c> and <c>dost hook report</c>: an answer again from its record, and how cards were taken.</summary>
public static class HookRecordCommands
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Replay()
    {
        var id = new Argument<string>("id") { Description = "The uuid of a run or of one of its cards." };
        var json = new Option<bool>("--json") { Description = "Print it as GET /api/answers/{id}/replay does." };
        var store = new StoreOptions();
        var command = new Command("replay", "Give an answer again from its record, and say what would be otherwise today.") { id, json };
        store.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var centre = await DataCentre.Open(store.Read(parsed), TimeProvider.System, cancellationToken);
            var replayed = await centre.Replay.Again(AnswerEndpoints.Uuid(parsed.GetRequiredValue(id), "id"), Caller.Loopback, cancellationToken);
            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(ReplayView.Of(replayed), Readable));
            else Write(replayed, ReplayView.Of(replayed));
            return replayed.IsSame ? 0 : Root.Rejected;
        });
        return command;
    }

    public static Command Report()
    {
        var service = new Option<string?>("--service") { Description = "Only this service." };
        var from = new Option<string?>("--from") { Description = "Cards shown from this date or instant on (default: 30 days before the end)." };
        var to = new Option<string?>("--to") { Description = "Cards shown before this date or instant (default: now)." };
        var json = new Option<bool>("--json") { Description = "Print it as GET /api/feedback-report does." };
        var store = new StoreOptions();
        var command = new Command("report", "How cards were taken: shown, silenced, accepted, overridden, and how long it took.") { service, from, to, json };
        store.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var centre = await DataCentre.Open(store.Read(parsed), TimeProvider.System, cancellationToken);
            var report = await AnswerEndpoints.ReportOf(
                centre, parsed.GetValue(service), AnswerEndpoints.Instant(parsed.GetValue(from), "--from"), AnswerEndpoints.Instant(parsed.GetValue(to), "--to"), cancellationToken);
            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(report, Readable));
            else Write(report);
            return 0;
        });
        return command;
    }

    private static void Write(Replayed replayed, ReplayView view)
    {
        var console = AnsiConsole.Console;
        var kept = replayed.Record.Kept;
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kept.Service} on {kept.Hook}, {kept.Model}, answered {kept.AnsweredAt:u}, run {kept.Run}"));
        Cards(console, view.Answer, "Nothing was said.");
        foreach (var silence in replayed.Record.Silences) console.WriteLine($"  silent: {silence.Reason}: {silence.Subject}");
        if (view.IsSame) console.WriteLine("Scored again from the record, the answer is the same to the byte.");
        foreach (var why in view.Why) console.WriteLine(why);

        if (view.Today.IsSame)
        {
            console.WriteLine("Scored today, it would be the same.");
            return;
        }

        console.WriteLine("Scored today, it would differ:");
        foreach (var content in view.Today.Content) console.WriteLine("  " + content);
        foreach (var input in view.Today.Inputs)
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {input.Change}: {input.Concept} of {input.ObservedAt:u}: {input.Recorded ?? "-"} then, {input.Now ?? "-"} now"));
        if (!Nullable.Equals(view.Today.RecordedScore, view.Today.Score))
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  the number was {Number(view.Today.RecordedScore)}, and is {Number(view.Today.Score)} today"));
        if (view.Today.Answer is { } today) Cards(console, today, "Nothing would be said.");
    }

    private static void Cards(IAnsiConsole console, Verbatim answer, string none)
    {
        var cards = JsonDocument.Parse(answer.Bytes).RootElement.GetProperty("cards").EnumerateArray().ToList();
        if (cards.Count == 0) console.WriteLine(none);
        foreach (var card in cards) CardPicture.Write(console, card);
    }

    private static void Write(FeedbackReport report)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in (string[])["service", "version", "unit", "cards", "accepted", "overridden", "95 %", "median", "p90"])
            table.AddColumn(new TableColumn(column).NoWrap());
        foreach (var rates in report.By.Append(report.Total))
            table.AddRow(
                [.. new[]
                {
                    rates.Service, rates.Version, rates.Unit, Count(rates.Cards), Percent(rates.Accepted), Percent(rates.Overridden), Interval(rates.Overridden),
                    Seconds(rates.TimeToAnswer.MedianSeconds), Seconds(rates.TimeToAnswer.P90Seconds),
                }.Select(text => new Text(text))]);
        AnsiConsole.Console.Write(table);
        AnsiConsole.Console.WriteLine($"{Count(report.Total.Answers),10}  answers");
        foreach (var (reason, count) in report.Total.Silenced) AnsiConsole.Console.WriteLine($"{Count(count),10}  silent: {reason}");
        foreach (var (reason, count) in report.Total.OverrideReasons) AnsiConsole.Console.WriteLine($"{Count(count),10}  overridden because: {reason}");
        if (report.UnknownCards > 0) AnsiConsole.Console.WriteLine($"{Count(report.UnknownCards),10}  about cards that are not known here");
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(double? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "none";

    private static string Percent(Share share) => share.Rate is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{share.Count} ({100 * rate:0} %)") : Count(share.Count);

    private static string Interval(Share share) => share is { Low: { } low, High: { } high } ? string.Create(CultureInfo.InvariantCulture, $"{100 * low:0}-{100 * high:0}") : "-";

    private static string Seconds(double? seconds) => seconds is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0.#} s") : "-";
}
