using System.Globalization;
using System.Text.Json;
using DatacenterOst.Clinical;

namespace DatacenterOst.Cards.Records;

/// <summary>
/// Facts in a record, whole enough to be evaluated again: what facts share – concept, coding, rule, source – once in a list, and
/// each fact as a row. Instants are microseconds since 1970 UTC, as in the store.
/// </summary>
internal static class RecordedFacts
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<Fact> facts)
    {
        var kinds = new Dictionary<SharedWords, int>();
        var numbers = new int[facts.Count];
        for (var place = 0; place < facts.Count; place++)
        {
            var shared = SharedWords.Of(facts[place]);
            if (!kinds.TryGetValue(shared, out numbers[place])) kinds[shared] = numbers[place] = kinds.Count;
        }

        json.WriteStartArray("kinds"u8);
        foreach (var shared in kinds.Keys) shared.Write(json);
        json.WriteEndArray();
        json.WriteStartArray("facts"u8);
        for (var place = 0; place < facts.Count; place++) WriteFact(json, facts[place], numbers[place]);
        json.WriteEndArray();
    }

    public static IReadOnlyList<Fact> Read(JsonElement record, PatientId patient)
    {
        var kinds = record.GetProperty("kinds").EnumerateArray().Select(SharedWords.Read).ToList();
        return [.. record.GetProperty("facts").EnumerateArray().Select(row => ReadFact(row, kinds, patient))];
    }

    private static void WriteFact(Utf8JsonWriter json, Fact fact, int kind)
    {
        var finding = fact.Finding;
        json.WriteStartArray();
        json.WriteNumberValue(kind);
        json.WriteStringValue(finding.Value?.ToString(CultureInfo.InvariantCulture) ?? "");
        json.WriteNumberValue((int)finding.Comparator);
        json.WriteNumberValue((int)(finding.Category ?? 0));
        json.WriteStringValue(finding.Text);
        json.WriteNumberValue(Micros(finding.ObservedAt));
        if (finding.EndedAt is { } ended) json.WriteNumberValue(Micros(ended));
        else json.WriteNullValue();
        json.WriteNumberValue(Micros(finding.KnownAt));
        json.WriteNumberValue((int)finding.Status);
        json.WriteStringValue(finding.ResultId);
        json.WriteStringValue(fact.Key.ToString());
        json.WriteNumberValue(Micros(fact.StoredAt));
        json.WriteStringValue(fact.Source.Raw.ToString());
        json.WriteStringValue(fact.Source.Place);
        json.WriteEndArray();
    }

    private static Fact ReadFact(JsonElement row, List<SharedWords> kinds, PatientId patient)
    {
        var shared = kinds[row[0].GetInt32()];
        var value = row[1].GetString()!;
        var category = (ResultCategory)row[3].GetInt32();
        var finding = new Finding(
            shared.Kind, shared.Concept, shared.Coding,
            value.Length == 0 ? null : decimal.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture),
            (Comparator)row[2].GetInt32(), category == 0 ? null : category, row[4].GetString(),
            From(row[5]), row[6].ValueKind == JsonValueKind.Null ? null : From(row[6]), From(row[7]),
            (FactStatus)row[8].GetInt32(), row[9].GetString()!, shared.Rule);
        return new Fact(patient, new FactKey(Key(row[10])), finding, From(row[11]), new SourceRef(shared.Profile, new RawKey(Key(row[12])), row[13].GetString()!));
    }

    private static UInt128 Key(JsonElement hexadecimal) => UInt128.Parse(hexadecimal.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    // The last instant stands for "not stored yet" in tests and imports, and has no microseconds of its own.
    private static long Micros(DateTimeOffset instant) => (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private static DateTimeOffset From(JsonElement micros) => DateTimeOffset.UnixEpoch.AddTicks(micros.GetInt64() * TimeSpan.TicksPerMicrosecond);

    private sealed record SharedWords(FactKind Kind, Concept Concept, string Unit, string Display, Coding Coding, string Rule, string Profile)
    {
        public static SharedWords Of(Fact fact) => new(
            fact.Finding.Kind, fact.Finding.Concept, fact.Finding.Concept.Unit, fact.Finding.Concept.Display, fact.Finding.Coding, fact.Finding.Rule, fact.Source.Profile);

        public void Write(Utf8JsonWriter json)
        {
            json.WriteStartArray();
            json.WriteNumberValue((int)Kind);
            foreach (var text in (ReadOnlySpan<string?>)[Concept.Code.System, Concept.Code.Value, Unit, Display, Coding.Code.System, Coding.Code.Value, Coding.Display, Rule, Profile])
                json.WriteStringValue(text);
            json.WriteEndArray();
        }

        public static SharedWords Read(JsonElement row)
        {
            string Text(int place) => row[place].GetString() ?? "";
            var concept = new Concept(new Code(Text(1), Text(2)), Text(3), Text(4));
            return new SharedWords((FactKind)row[0].GetInt32(), concept, concept.Unit, concept.Display, new Coding(new Code(Text(5), Text(6)), row[7].GetString()), Text(8), Text(9));
        }
    }
}
