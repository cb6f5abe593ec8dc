using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Answers;

namespace DatacenterOst.Cards.Records;

/// <summary>What became of feedback.</summary>
/// <param name="Stored">New here.</param>
/// <param name="Known">Stored before, by the same words.</param>
public sealed record FeedbackTaken(int Stored, int Known, IReadOnlyList<FeedbackFlag> Flags);

/// <param name="Item">Its place in the request.</param>
public sealed record FeedbackFlag(int Item, string Flag);

/// <summary>
/// Takes feedback: all of a call or nothing, each item once, tied to the card it is about and through it to answer, model and inputs. An item about
/// a card that is not known here is kept and flagged, because a client may be late; it is not tied to another client's card.
/// </summary>
public sealed class FeedbackDesk(AnswerStore store, TimeProvider time)
{
    public async Task<FeedbackTaken> Take(CdsService service, IReadOnlyList<FeedbackItem> items, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(items);
        var kept = new List<KeptFeedback>(items.Count);
        foreach (var item in items) kept.Add(await Kept(service, item, caller, cancellationToken));
        var stored = await store.Feedback.Write(kept, caller, cancellationToken);
        return new FeedbackTaken(stored, items.Count - stored, [.. kept.SelectMany((item, place) => Names(item.Flags).Select(name => new FeedbackFlag(place, name)))]);
    }

    public static IEnumerable<string> Names(FeedbackFlags flags)
    {
        if (flags.HasFlag(FeedbackFlags.UnknownCard)) yield return "unknown-card";
        if (flags.HasFlag(FeedbackFlags.OtherService)) yield return "card-of-another-service";
        if (flags.HasFlag(FeedbackFlags.UnknownSuggestion)) yield return "unknown-suggestion";
    }

    private async Task<KeptFeedback> Kept(CdsService service, FeedbackItem item, Caller caller, CancellationToken cancellationToken)
    {
        var answer = await store.Answers.Find(AnswerUuids.RunOf(item.Card), caller, cancellationToken) is { } found && found.Client == caller.Subject
            ? AnswerRecord.Open(found)
            : null;
        var conclusion = answer?.Shown.GetValueOrDefault(item.Card);
        if (answer is null || conclusion is null)
            return Unknown(service, item, caller);

        var suggestions = item.AcceptedSuggestions.Count == 0 ? [] : answer.SuggestionsOf(item.Card);
        var flags = answer.Kept.Service == service.Id ? FeedbackFlags.None : FeedbackFlags.OtherService;
        if (item.AcceptedSuggestions.Any(id => !suggestions.Contains(id, StringComparer.OrdinalIgnoreCase))) flags |= FeedbackFlags.UnknownSuggestion;
        return new KeptFeedback(answer.Kept.Patient, answer.Kept.Subject, Key(service, item, caller), item.Card, item.Outcome, item.Bytes)
        {
            ReceivedAt = time.GetUtcNow(),
            OutcomeAt = item.At,
            AnsweredAt = answer.Kept.AnsweredAt,
            User = answer.Kept.User,
            Service = answer.Kept.Service,
            Client = caller.Subject,
            Model = answer.Kept.Model,
            Unit = answer.Kept.Unit,
            Conclusion = conclusion,
            Reason = item.Reason,
            Flags = flags,
        };
    }

    private KeptFeedback Unknown(CdsService service, FeedbackItem item, Caller caller) => new(PatientId.None, 0, Key(service, item, caller), item.Card, item.Outcome, item.Bytes)
    {
        ReceivedAt = time.GetUtcNow(),
        OutcomeAt = item.At,
        AnsweredAt = time.GetUtcNow(),
        User = 0,
        Service = service.Id,
        Client = caller.Subject,
        Model = "",
        Unit = caller.Subject,
        Conclusion = "",
        Reason = item.Reason,
        Flags = FeedbackFlags.UnknownCard,
    };

    /// <summary>By what is said and not by its spelling: the same with other blanks, or with its extensions left out, is the same.</summary>
    private static UInt128 Key(CdsService service, FeedbackItem item, Caller caller)
    {
        string[] said =
        [
            service.Id, caller.Subject, item.Card.ToString("D", CultureInfo.InvariantCulture), item.Outcome.ToString(), item.At.ToString("O", CultureInfo.InvariantCulture),
            item.Reason, item.Comment, .. item.AcceptedSuggestions.Order(StringComparer.Ordinal),
        ];
        var text = string.Concat(said.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Length}:{part}")));
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
