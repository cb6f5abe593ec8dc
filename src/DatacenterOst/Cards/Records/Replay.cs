using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;
using DatacenterOst.Store;
using DatacenterOst.Store.Answers;

namespace DatacenterOst.Cards.Records;

/// <summary>An answer made again from its record.</summary>
/// <param name="Recomputed">The answer that the recorded inputs give with the recorded model and content; null when one of them is gone.</param>
/// <param name="WhyNot">What is gone, or what differs; empty when the same bytes came out.</param>
public sealed record Replayed(AnswerRecord Record, ReadOnlyMemory<byte>? Recomputed, IReadOnlyList<string> WhyNot, Today Today)
{
    public bool IsSame => Recomputed is { } bytes && bytes.Span.SequenceEqual(Record.Bytes.Span);

    public override string ToString() => $"{nameof(Replayed)} {Record.Kept.Run}";
}

/// <summary>
/// What the record would give if it were scored today, for the same moment: with today's model and content, and with the facts of that time as
/// they are known now – what came late or was corrected since counts as if it had been known.
/// </summary>
/// <param name="Content">What of model and content is another now, in words.</param>
/// <param name="Inputs">Facts that are new, changed or gone; empty also where the patient is not linked, and so nothing newer is known.</param>
/// <param name="Answer">Null when no model or service of that name is in use today.</param>
public sealed record Today(IReadOnlyList<string> Content, IReadOnlyList<InputChange> Inputs, HookAnswer? Answer)
{
    public override string ToString() => nameof(Today);
}

/// <param name="Change">added, changed or gone.</param>
public sealed record InputChange(string Change, string Concept, DateTimeOffset ObservedAt, string? Recorded, string? Now)
{
    public override string ToString() => $"{nameof(InputChange)} {Change}";
}

/// <summary>Gives an answer again from its record, and says what would be otherwise today.</summary>
public sealed class Replay(Func<ModelCatalogue> catalogue, Func<CdsServices> services, Timeline timeline, AnswerStore store, TimeProvider time)
{
    private static readonly string[] OverTime = [SilenceReasons.Repeated, SilenceReasons.Overridden, SilenceReasons.OverDay, SilenceReasons.OverBudget];

    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(CardReader.DefaultZone);

    /// <param name="uuid">Of the run, of one of its cards or of a suggestion.</param>
    /// <exception cref="Problem">NotFound.</exception>
    public async Task<AnswerRecord> Record(Guid uuid, Caller caller, CancellationToken cancellationToken)
        => AnswerRecord.Open(await store.Answers.Find(AnswerUuids.RunOf(uuid), caller, cancellationToken)
            ?? throw new Problem(ProblemKind.NotFound, "There is no answer with that run or card.", "id"));

    public async Task<Replayed> Again(Guid uuid, Caller caller, CancellationToken cancellationToken)
    {
        var record = await Record(uuid, caller, cancellationToken);
        var missing = new List<string>();
        var recomputed = Recompute(record, missing);
        if (recomputed is { } bytes && !bytes.Span.SequenceEqual(record.Bytes.Span)) missing.Add("The recorded inputs, model and content give another answer with this version of the product; the recorded one is shown.");
        return new Replayed(record, recomputed, missing, await AsToday(record, caller, cancellationToken));
    }

    private ReadOnlyMemory<byte>? Recompute(AnswerRecord record, List<string> missing)
    {
        var models = catalogue();
        var package = models.Find(record.Model) ?? models.Find(record.Model.Model, record.Model.Version);
        if (package is null) missing.Add($"The model {record.Model.Model} {record.Model.Version} is no longer here; the recorded answer is shown.");
        else if (package.Id.Hash != record.Model.Hash) missing.Add($"The model {record.Model.Model} {record.Model.Version} has other content now; the recorded answer is shown.");
        var service = services().Find(record.Kept.Service);
        if (service is null) missing.Add($"The service {record.Kept.Service} is no longer here; the recorded answer is shown.");
        else if (service.Hash != record.ServiceHash) missing.Add($"The content of {service.Id} has changed; the recorded answer is shown.");
        if (missing.Count == 0 && service!.For(package!) is null) missing.Add($"The service {service.Id} does not speak for {record.Model.Model} {record.Model.Version}; the recorded answer is shown.");
        if (missing.Count > 0) return null;

        service = service!.For(package!);
        var (estimate, reader, frame, uuids) = (package!.Evaluate(record.Inputs, record.AsOf), new CardReader(record.Language, zone), RecordedFrame.Read(record, service!), AnswerUuids.Again(record.Kept.Run));
        var answer = record.Silences.Any(silence => silence.Reason == SilenceReasons.NotAssessed)
            ? CardWriting.NotAssessed(service!, estimate, reader, frame, uuids)
            : CardWriting.Write(service!, estimate, reader, frame, uuids);
        if (record.Silences.Any(silence => silence.Reason == SilenceReasons.SilentPhase)) answer = CardWriting.Unshown(answer, service!);
        return CardWriting.Without(answer, service!, HeldBy(record)).Bytes;
    }

    private async Task<Today> AsToday(AnswerRecord record, Caller caller, CancellationToken cancellationToken)
    {
        var content = new List<string>();
        var models = catalogue();
        var service = services().Find(record.Kept.Service);
        var package = service is null ? null : service.ModelVersion is { } version ? models.Find(service.Model, version) : models.Find(service.Model);
        if (service is null || package is null) return new Today([$"Neither the service {record.Kept.Service} nor its model answers today."], [], null);
        if (package.Id != record.Model) content.Add($"model {record.Model.Model} {record.Model.Version} ({record.Model.Hash[..12]}) is {package.Id.Model} {package.Id.Version} ({package.Id.Hash[..12]}) today");
        if (service.Hash != record.ServiceHash) content.Add($"the content of {service.Id} ({Short(record.ServiceHash)}) is {Short(service.Hash)} today");

        var (inputs, changes) = record.Kept.Patient.IsNone ? (record.Inputs, []) : await FactsNow(record, package, caller, cancellationToken);
        var answer = CardWriting.Write(service, package.Evaluate(inputs, record.AsOf), new CardReader(record.Language, zone), RecordedFrame.Read(record, service), AnswerUuids.Again(record.Kept.Run));
        return new Today(content, changes, CardWriting.Without(answer, service, HeldBy(record)));
    }

    private async Task<(History Inputs, IReadOnlyList<InputChange> Changes)> FactsNow(AnswerRecord record, ModelPackage package, Caller caller, CancellationToken cancellationToken)
    {
        var known = await timeline.Read(record.Kept.Patient, package.Needs.Query(record.AsOf), AsOf.KnownBy(time.GetUtcNow()), caller, cancellationToken);
        var now = package.Needs.Seen(record.Inputs with { Facts = known }).Facts;

        // What the client sent along and the store never got is still what was seen then.
        var stored = now.Select(fact => fact.Finding.ResultId).ToHashSet(StringComparer.Ordinal);
        var sent = record.Inputs.Facts.Where(fact => fact.Source.Profile == PrefetchReading.StandardProfile.Id && !stored.Contains(fact.Finding.ResultId));
        Fact[] all = [.. now, .. sent];
        var changes = Changes(record.Inputs.Facts, all);
        Fact Hindsight(Fact fact) => fact.Finding.KnownAt <= record.AsOf ? fact : fact with { Finding = fact.Finding with { KnownAt = record.AsOf } };
        return (record.Inputs with { Facts = [.. all.Select(Hindsight).Order(Comparer<Fact>.Create(FactOrder.Compare))] }, changes);
    }

    private static List<InputChange> Changes(IReadOnlyList<Fact> recorded, IReadOnlyList<Fact> now)
    {
        var before = recorded.ToDictionary(fact => fact.Finding.ResultId, StringComparer.Ordinal);
        var after = now.ToDictionary(fact => fact.Finding.ResultId, StringComparer.Ordinal);
        var changes = new List<InputChange>();
        foreach (var (id, fact) in after)
        {
            if (!before.TryGetValue(id, out var old)) changes.Add(new InputChange("added", fact.Finding.Concept.Display, fact.Finding.ObservedAt, null, Shown(fact)));
            else if (Shown(old) != Shown(fact) || old.Finding.ObservedAt != fact.Finding.ObservedAt) changes.Add(new InputChange("changed", fact.Finding.Concept.Display, fact.Finding.ObservedAt, Shown(old), Shown(fact)));
        }

        changes.AddRange(before.Where(pair => !after.ContainsKey(pair.Key)).Select(pair => new InputChange("gone", pair.Value.Finding.Concept.Display, pair.Value.Finding.ObservedAt, Shown(pair.Value), null)));
        return [.. changes.OrderBy(change => change.ObservedAt).ThenBy(change => change.Concept, StringComparer.Ordinal)];
    }

    private static string Shown(Fact fact)
    {
        var finding = fact.Finding;
        if (finding.Value is not { } value) return finding.Category?.ToString() ?? finding.Text ?? finding.Concept.Code.Value;
        string[] signs = ["", "<", "<=", ">=", ">"];
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{signs[(int)finding.Comparator]}{value} {finding.Concept.Unit}").Trim();
    }

    // What was held back over time was so because of other answers; a replay is of this one.
    private static IReadOnlyList<Silence> HeldBy(AnswerRecord record) => [.. record.Silences.Where(silence => OverTime.Contains(silence.Reason))];

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;
}
