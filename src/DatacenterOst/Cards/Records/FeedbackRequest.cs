using System.Text.Json;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Answers;

namespace DatacenterOst.Cards.Records;

/// <summary>One thing that a user did with a card (CDS Hooks 2.0.1, Feedback), checked.</summary>
/// <param name="Reason">system|code of the override reason; empty where none was given.</param>
/// <param name="Bytes">The item as it came, extensions included.</param>
public sealed record FeedbackItem(Guid Card, FeedbackOutcome Outcome, DateTimeOffset At, ReadOnlyMemory<byte> Bytes)
{
    public IReadOnlyList<string> AcceptedSuggestions { get; init; } = [];

    public string Reason { get; init; } = "";

    public string Comment { get; init; } = "";

    public override string ToString() => $"{nameof(FeedbackItem)} {Card}";
}

/// <summary>The body of <c>POST /cds-services/{id}/feedback</c>. All of it is right, or none is taken: every mistake is named with its item.</summary>
public static class FeedbackRequest
{
    public const int MaxBytes = 1024 * 1024;

    /// <summary>More than a user does before the client next reports.</summary>
    public const int MaxItems = 200;

    /// <summary>Mistakes that one refusal names.</summary>
    private const int MaxMistakes = 20;

    private const int MaxSuggestions = 100;

    private const int MaxReason = 300;

    /// <exception cref="Problem">Invalid, naming each item that is wrong and what to do.</exception>
    public static IReadOnlyList<FeedbackItem> Parse(ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith("\uFEFF"u8)) body = body[3..];
        StrictJson.Check(body.Span, "body");
        var members = Envelope.Members(body, "body", Envelope.MaxMembers);
        if (!members.TryGetValue("feedback", out var list)) throw new Problem(ProblemKind.Invalid, "An array 'feedback' is needed.", "feedback");
        var items = Envelope.Items(list, "feedback", MaxItems);
        if (items.Count == 0) throw new Problem(ProblemKind.Invalid, "There is nothing in it.", "feedback");

        var (read, mistakes) = (new List<FeedbackItem>(), new List<Problem>());
        for (var place = 0; place < items.Count; place++)
        {
            try
            {
                read.Add(Item(items[place], $"feedback[{place}]"));
            }
            catch (Problem mistake)
            {
                mistakes.Add(mistake);
            }
        }

        if (mistakes.Count == 0) return read;
        var named = string.Join(" ", mistakes.Take(MaxMistakes).Select(mistake => $"{mistake.Where}: {mistake.Message}"));
        throw new Problem(ProblemKind.Invalid, $"Nothing was stored. {named}", mistakes[0].Where);
    }

    private static FeedbackItem Item(ReadOnlyMemory<byte> bytes, string where)
    {
        var item = Envelope.Value(bytes);
        if (item.ValueKind != JsonValueKind.Object) throw Invalid("must be an object.", where);
        if (!Guid.TryParseExact(Text(item, "card", where), "D", out var card)) throw Invalid("must be the uuid of a card.", $"{where}.card");
        var outcome = Text(item, "outcome", where) switch
        {
            "accepted" => FeedbackOutcome.Accepted,
            "overridden" => FeedbackOutcome.Overridden,
            _ => throw Invalid("must be accepted or overridden; cards that were ignored are not reported.", $"{where}.outcome"),
        };
        var read = new FeedbackItem(card, outcome, At(item, where), bytes);
        var accepted = Accepted(item, outcome, where);
        var (reason, comment) = Reason(item, where);
        return read with { AcceptedSuggestions = accepted, Reason = reason, Comment = comment };
    }

    // The standard asks for UTC: the clock of a workstation says nothing about its zone.
    private static DateTimeOffset At(JsonElement item, string where)
        => Envelope.Instant(Text(item, "outcomeTimestamp", where)) is { Offset.Ticks: 0 } at
            ? at
            : throw Invalid("must be an instant in UTC, such as 2026-03-01T12:00:00Z.", $"{where}.outcomeTimestamp");

    private static List<string> Accepted(JsonElement item, FeedbackOutcome outcome, string where)
    {
        var accepted = new List<string>();
        where += ".acceptedSuggestions";
        if (!item.TryGetProperty("acceptedSuggestions", out var list))
            return outcome == FeedbackOutcome.Accepted ? throw Invalid("is needed where a card was accepted (cds-fb-1).", where) : accepted;
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MaxSuggestions) throw Invalid($"must be an array of 1 to {MaxSuggestions}.", where);
        foreach (var suggestion in list.EnumerateArray())
        {
            if (suggestion.ValueKind != JsonValueKind.Object) throw Invalid("each must be an object with the suggestion's id.", where);
            accepted.Add(Text(suggestion, "id", where));
        }

        return accepted;
    }

    private static (string Reason, string Comment) Reason(JsonElement item, string where)
    {
        where += ".overrideReason";
        if (!item.TryGetProperty("overrideReason", out var given) || given.ValueKind == JsonValueKind.Null) return ("", "");
        if (given.ValueKind != JsonValueKind.Object) throw Invalid("must be an object.", where);
        var hasReason = given.TryGetProperty("reason", out var reason);
        var hasComment = given.TryGetProperty("userComment", out _);
        if (!hasReason && !hasComment) throw Invalid("must have a reason or a userComment (cds-fb-3); leave it out where there is none.", where);
        var comment = hasComment ? Text(given, "userComment", where) : "";
        if (!hasReason) return ("", comment);
        if (reason.ValueKind != JsonValueKind.Object) throw Invalid("must be a Coding.", $"{where}.reason");
        var coded = $"{Text(reason, "system", $"{where}.reason")}|{Text(reason, "code", $"{where}.reason")}";
        return coded.Length <= MaxReason ? (coded, comment) : throw Invalid($"is longer than {MaxReason} characters.", $"{where}.reason");
    }

    private static string Text(JsonElement of, string name, string where)
        => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw Invalid("is needed, as a string that is not empty.", $"{where}.{name}");

    private static Problem Invalid(string message, string where) => new(ProblemKind.Invalid, message, where);
}
