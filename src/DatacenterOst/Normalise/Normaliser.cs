using System.Collections.Concurrent;
using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Sources;
using DatacenterOst.Terminology;

namespace DatacenterOst.Normalise;

/// <summary>
/// Turns what a source says into findings, or into rejections that say why. Pure: the same record, arrival, terminology
/// and profile give the same result. May be used from many threads; its caches change speed only.
/// </summary>
public sealed class Normaliser
{
    // Concepts that stand for themselves, by code, unit and display; beyond this many they are made anew.
    private const int MaxConcepts = 50_000;

    // What rejections are grouped by is a name, not a text.
    private const int MaxSubjectLength = 200;

    private readonly string profileId;
    private readonly Codes codes;
    private readonly Units units;
    private readonly Words words;
    private readonly Times times;
    private readonly Rules rules = new();
    private readonly ConcurrentDictionary<(Code Code, string Unit, string Display), Concept> concepts = new();

    /// <summary>Throws <see cref="Problem"/> where the profile names a map that is not there.</summary>
    public Normaliser(TerminologySnapshot terminology, SourceProfile profile)
    {
        var maps = Codes.LocalMaps(terminology, profile);
        profileId = profile.Id;
        codes = new Codes(terminology, profile);
        units = new Units(terminology, maps);
        words = new Words(terminology, maps);
        times = new Times(profile.KnownAfter);
    }

    /// <param name="arrivedAt">When the record reached us: known time of what states none.</param>
    public NormalRecord Normalise(RawRecord record, DateTimeOffset arrivedAt)
    {
        var items = new NormalItem[record.Items.Count];
        for (var i = 0; i < items.Length; i++) items[i] = Normalise(record.Items[i], arrivedAt);
        return new NormalRecord(record, items);
    }

    private NormalItem Normalise(RawItem item, DateTimeOffset arrivedAt)
    {
        var findings = item.Facts.Count == 0 ? [] : new List<PlacedFinding>(item.Facts.Count);
        List<Rejection>? rejections = null;
        if (item.Problem is { } problem) (rejections = []).Add(new Rejection(problem.Reason, item.Place, problem.Message, ""));
        foreach (var fact in item.Facts)
        {
            var refusal = Normalise(fact, arrivedAt, out var finding);
            if (finding is not null) findings.Add(new PlacedFinding(fact.Place, finding));
            if (refusal is null) continue;
            var place = fact.Place.Length == 0 ? item.Place : $"{item.Place}, {fact.Place}";
            (rejections ??= []).Add(new Rejection(refusal.Reason, place, Shorten(refusal.Message, Words.MaxTextLength), Shorten(refusal.Subject, MaxSubjectLength)));
        }
        return new NormalItem(item.Place, findings, item.Resource, rejections ?? (IReadOnlyList<Rejection>)[]);
    }

    private Refusal? Normalise(RawFact fact, DateTimeOffset arrivedAt, out Finding? finding)
    {
        finding = null;
        if (codes.Find(fact, out var meaning, out var coding) is { } codeRefusal) return codeRefusal;
        var status = Statuses.Read(fact.Status);
        if (status == StatusReading.Unknown)
            return new Refusal(RejectionReasons.StatusUnknown, $"the status '{Shorten(fact.Status!, 40)}' is neither a FHIR status nor an HL7 v2 result status", fact.Status!);
        if (times.Read(fact, arrivedAt, out var when) is { } timeRefusal) return timeRefusal;
        if (status == StatusReading.Unavailable || (status == StatusReading.Preliminary && Statuses.IsOnlyPlanned(fact)))
            return Unavailable(fact, meaning, coding, when, out finding);
        var refusal = fact.Kind == FactKind.Measurement ? Measure(fact, meaning, out var said) : Mention(fact, meaning, out said);
        if (refusal is not null && status != StatusReading.Retracted)
        {
            // The correction cannot be read, but what it corrects no longer holds: better no value than the withdrawn one.
            if (status == StatusReading.Corrected) finding = Withdrawn(fact, meaning, coding, when);
            return refusal;
        }

        // A retraction says which result no longer holds; it needs no value, and a wrong one is often why it came.
        if (refusal is not null) said = Said.Nothing(OwnUnit(meaning), meaning.Rule);
        finding = Make(fact, meaning, coding, when, said, (FactStatus)status);
        return null;
    }

    // A result that was announced and cannot be had: no finding, but the earlier preliminary value no longer holds.
    private Refusal Unavailable(RawFact fact, CodeMeaning meaning, Coding coding, in FactTimes when, out Finding? finding)
    {
        finding = Withdrawn(fact, meaning, coding, when);
        return new Refusal(RejectionReasons.NotResulted, $"{meaning.Name} has the status '{fact.Status}': there is no result", meaning.Name);
    }

    // Null where the source gives the result no identity: then nothing can be said to be withdrawn.
    private Finding? Withdrawn(RawFact fact, CodeMeaning meaning, Coding coding, in FactTimes when) => string.IsNullOrEmpty(fact.ResultId)
        ? null
        : Make(fact, meaning, coding, when with { Applied = when.Applied | Applied.RetractedUnavailable }, Said.Nothing(OwnUnit(meaning), meaning.Rule), FactStatus.Retracted);

    private Refusal? Mention(RawFact fact, CodeMeaning meaning, out Said said)
    {
        if (Dose(fact, meaning) is { } dose)
        {
            said = dose;
            return null;
        }

        var text = string.IsNullOrWhiteSpace(fact.Value) ? null : fact.Value.Trim();
        said = new Said(null, Comparator.None, null, text, "", meaning.Rule, Applied.None);
        return text is { Length: > Words.MaxTextLength } ? TooLong(meaning) : null;
    }

    // A course whose dose cannot be read is still a course: it is kept without a number, never refused for it.
    private Said? Dose(RawFact fact, CodeMeaning meaning)
    {
        if (fact.Kind != FactKind.Medication || meaning.Entry is not null || string.IsNullOrWhiteSpace(fact.Unit)) return null;
        var value = Values.Read(fact.Value, fact.Comparator);
        if (value.Kind != ValueKind.Number) return null;
        var plan = units.Plan(meaning, fact.Unit);
        if (plan.Refusal is null && plan.TryApply(value, out var number)) return new Said(number, value.Comparator, null, null, plan.Unit, plan.Rule, value.Applied);
        return new Said(null, Comparator.None, null, Shorten($"{fact.Value!.Trim()} {fact.Unit.Trim()}", Words.MaxTextLength - 1), "", meaning.Rule, Applied.None);
    }

    private Refusal? Measure(RawFact fact, CodeMeaning meaning, out Said said)
    {
        var value = Values.Read(fact.Value, fact.Comparator);
        if (value.Kind == ValueKind.Number && meaning.Entry is not { Scale: ConceptScale.Nominal }) return Count(fact, meaning, value, out said);
        said = default;
        switch (value.Kind)
        {
            case ValueKind.OutOfRange: return new Refusal(RejectionReasons.ValueOutOfRange, $"the value of {meaning.Name} is beyond the numbers that can be stored", meaning.Name);
            case ValueKind.Ambiguous: return new Refusal(RejectionReasons.ValueNotUnderstood, $"the comma in the value of {meaning.Name} may be a decimal comma or part thousands; send a decimal point", meaning.Name);
            case ValueKind.Contradiction: return new Refusal(RejectionReasons.ValueNotUnderstood, $"the comparator '{fact.Comparator}' of {meaning.Name} is not known, or not the one written in the value", meaning.Name);
            case ValueKind.Missing when fact.Answers.Count == 0: return new Refusal(RejectionReasons.ValueMissing, $"{meaning.Name} has no value", meaning.Name);
            default: return Say(fact, meaning, value, out said);
        }
    }

    private Refusal? Count(RawFact fact, CodeMeaning meaning, in ReadValue value, out Said said)
    {
        said = default;
        var plan = units.Plan(meaning, fact.Unit);
        if (plan.Refusal is not null) return plan.Refusal;
        if (!plan.TryApply(value, out var number))
            return new Refusal(RejectionReasons.ValueOutOfRange, $"the value of {meaning.Name} is beyond the numbers that can be stored", meaning.Name);
        if (number < meaning.Entry?.Low || number > meaning.Entry?.High)
            return new Refusal(RejectionReasons.ValueOutOfRange, OutOfRange(meaning.Entry!, value.Number, fact.Unit), meaning.Name);
        said = new Said(number, value.Comparator, null, null, plan.Unit, plan.Rule, value.Applied);
        return null;
    }

    private Refusal? Say(RawFact fact, CodeMeaning meaning, in ReadValue value, out Said said)
    {
        said = default;
        var word = words.Meaning(fact, out var text);
        if (word is { IsNotResulted: true }) return new Refusal(RejectionReasons.NotResulted, $"{meaning.Name} says that there is no result", meaning.Name);
        var isQuantitative = meaning.Entry is { Scale: ConceptScale.Quantitative };
        if (word is null && isQuantitative)
            return new Refusal(RejectionReasons.ValueNotUnderstood, $"{meaning.Name} is a quantity, and '{Shorten(text ?? "", 40)}' is neither a number nor a known word; add the word to terminology/results or to a map of this source", meaning.Name);
        if (text is null) return new Refusal(RejectionReasons.ValueMissing, $"{meaning.Name} has no value", meaning.Name);
        if (text.Length > Words.MaxTextLength) return TooLong(meaning);
        // A number for a concept of words is kept as the source wrote it, with its unit: it has no canonical one.
        if (value.Kind == ValueKind.Number && !string.IsNullOrWhiteSpace(fact.Unit)) text = $"{text} {fact.Unit.Trim()}";
        said = new Said(null, Comparator.None, word?.Category, text, OwnUnit(meaning), Rules.Join(meaning.Rule, word?.Rule), Applied.None);
        return null;
    }

    private static string OutOfRange(ConceptEntry entry, decimal value, string? unit)
    {
        var limits = entry.High is { } high ? string.Create(CultureInfo.InvariantCulture, $"between {entry.Low} and {high}") : string.Create(CultureInfo.InvariantCulture, $"at least {entry.Low}");
        return string.Create(CultureInfo.InvariantCulture, $"{entry.Key} cannot be {value} {unit}: by its definition it is {limits} {entry.Concept.Unit}; check the unit");
    }

    private static string OwnUnit(CodeMeaning meaning) => meaning.Entry?.Concept.Unit ?? "";

    private static Refusal TooLong(CodeMeaning meaning) => new(RejectionReasons.ValueNotUnderstood,
        string.Create(CultureInfo.InvariantCulture, $"the text of {meaning.Name} has more than {Words.MaxTextLength} characters; send it as a document"), meaning.Name);

    private static string Shorten(string text, int length) => text.Length > length ? text[..length] + "…" : text;

    // A result that its source gives no identity is the result that says just this: the same again is the same one, and
    // any other is another. It can be repeated, never corrected.
    private string OwnIdentity(RawFact fact, Coding coding) => string.Join(
        '|', profileId, coding.Code.System, coding.Code.Value, fact.ObservedAt?.Text, fact.EndedAt?.Text, fact.Comparator, fact.Value, fact.Unit);

    private Finding Make(RawFact fact, CodeMeaning meaning, Coding coding, in FactTimes when, in Said said, FactStatus status) => new(
        fact.Kind,
        meaning.Entry?.Concept ?? Standing(meaning.Code, said.Unit, coding.Display ?? ""),
        coding,
        said.Value,
        said.Comparator,
        said.Category,
        said.Text,
        when.ObservedAt,
        when.EndedAt ?? (Statuses.IsEnded(fact) ? when.KnownAt : null),
        when.KnownAt,
        status,
        string.IsNullOrEmpty(fact.ResultId) ? OwnIdentity(fact, coding) : fact.ResultId,
        rules.Text(said.Rule, said.Applied | when.Applied));

    private Concept Standing(Code code, string unit, string display)
    {
        if (concepts.TryGetValue((code, unit, display), out var concept)) return concept;
        concept = new Concept(code, unit, display);
        if (concepts.Count < MaxConcepts) concepts.TryAdd((code, unit, display), concept);
        return concept;
    }

    /// <summary>What a fact says, apart from what it is about and when.</summary>
    private readonly record struct Said(decimal? Value, Comparator Comparator, ResultCategory? Category, string? Text, string Unit, string Rule, Applied Applied)
    {
        public static Said Nothing(string unit, string rule) => new(null, Comparator.None, null, null, unit, rule, Applied.None);
    }
}
