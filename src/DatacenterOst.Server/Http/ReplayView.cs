using System.Text.Json.Serialization;
using DatacenterOst.Cards.Records;

namespace DatacenterOst.Server.Http;

/// <summary>A replay as JSON.</summary>
/// <param name="Answer">The answer as it was sent.</param>
/// <param name="IsSame">Whether the record, scored again with its own model and content, gave the same bytes.</param>
/// <param name="Why">Why not; left out when it did.</param>
public sealed record ReplayView(Guid Run, Verbatim Answer, bool IsSame, IReadOnlyList<string> Why, ReplayView.TodayView Today)
{
    public static ReplayView Of(Replayed replayed)
    {
        var record = replayed.Record;
        var today = replayed.Today;
        return new ReplayView(record.Kept.Run, new Verbatim(record.Bytes), replayed.IsSame, replayed.WhyNot, new TodayView(
            today.Answer is { } now && now.Bytes.Span.SequenceEqual(record.Bytes.Span) && today.Inputs.Count == 0 && now.Estimate.Score.Equals(record.Score),
            today.Content,
            [.. today.Inputs.Select(input => new InputView(input.Change, input.Concept, input.ObservedAt, input.Recorded, input.Now))],
            record.Score,
            today.Answer?.Estimate.Score,
            today.Answer is null ? null : new Verbatim(today.Answer.Bytes)));
    }

    /// <param name="IsSame">Nothing would be otherwise.</param>
    /// <param name="Content">What of model and content is another now.</param>
    /// <param name="Inputs">Facts of that time that are known otherwise now.</param>
    public sealed record TodayView(
        bool IsSame, IReadOnlyList<string> Content, IReadOnlyList<InputView> Inputs, double? RecordedScore, double? Score,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Verbatim? Answer);

    public sealed record InputView(string Change, string Concept, DateTimeOffset ObservedAt, string? Recorded, string? Now);
}
