using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using CsvHelper;
using DatacenterOst.Clinical;
using DatacenterOst.Normalise;
using DatacenterOst.Sources;
using DatacenterOst.UnitTests.Fhir;

namespace DatacenterOst.UnitTests.Normalise;

/// <summary>Raw facts of the shared data, read by hand: what the sources make of them is tested with the sources.</summary>
internal static class RealInput
{
    public static (List<RawRecord> Records, Dictionary<string, string> Loinc) Mimic()
    {
        var files = SharedArchive.Read("mimic3-demo.tar.gz", name => name.EndsWith("/LABEVENTS.csv.gz", StringComparison.Ordinal) || name.EndsWith("/D_LABITEMS.csv.gz", StringComparison.Ordinal));
        var loinc = Rows(files.Single(f => f.Key.EndsWith("D_LABITEMS.csv.gz", StringComparison.Ordinal)).Value)
            .ToDictionary(r => r["ITEMID"], r => r["LOINC_CODE"], StringComparer.Ordinal);
        var records = new List<RawRecord>();
        foreach (var row in Rows(files.Single(f => f.Key.EndsWith("LABEVENTS.csv.gz", StringComparison.Ordinal)).Value))
            records.Add(Record(new RawFact
            {
                Kind = FactKind.Measurement,
                Codings = [new Coding(new Code("urn:mimic-iii:d-labitems", row["ITEMID"]))],
                Value = row["VALUE"],
                Unit = row["VALUEUOM"],
                ObservedAt = new RawTime(row["CHARTTIME"], TimeFormat.Iso, "America/New_York"),
                ResultId = row["ROW_ID"],
                Place = row["VALUENUM"],
            }));
        return (records, loinc);
    }

    public static List<RawRecord> Synthea()
    {
        var records = new List<RawRecord>();
        foreach (var bytes in SharedArchive.Read("synthea-r4-dev.tar.gz", name => name.EndsWith(".json", StringComparison.Ordinal)).Values)
        {
            using var bundle = JsonDocument.Parse(bytes);
            foreach (var entry in bundle.RootElement.GetProperty("entry").EnumerateArray())
            {
                var resource = entry.GetProperty("resource");
                if (resource.GetProperty("resourceType").GetString() == "Observation") records.Add(Record([.. Facts(resource)]));
            }
        }
        return records;
    }

    private static RawRecord Record(params RawFact[] facts) => new(default, "", null, [new RawItem { Place = "", Facts = facts }]);

    private static IEnumerable<RawFact> Facts(JsonElement observation)
    {
        var components = observation.TryGetProperty("component", out var parts) ? parts.EnumerateArray().ToArray() : [];
        foreach (var part in components.Length > 0 ? components : [observation]) yield return Fact(observation, part);
    }

    private static RawFact Fact(JsonElement observation, JsonElement part)
    {
        var quantity = part.TryGetProperty("valueQuantity", out var q) ? q : default;
        var concept = part.TryGetProperty("valueCodeableConcept", out var c) ? c : default;
        return new RawFact
        {
            Kind = FactKind.Measurement,
            Codings = Codings(part.GetProperty("code")),
            Value = quantity.ValueKind == JsonValueKind.Object ? quantity.GetProperty("value").GetRawText()
                : concept.ValueKind == JsonValueKind.Object ? Text(concept, "text")
                : Text(part, "valueString"),
            Unit = quantity.ValueKind == JsonValueKind.Object ? Text(quantity, "code") ?? Text(quantity, "unit") : null,
            Answers = concept.ValueKind == JsonValueKind.Object ? Codings(concept) : [],
            Status = Text(observation, "status"),
            ObservedAt = new RawTime(Text(observation, "effectiveDateTime")!, TimeFormat.Iso, "Etc/UTC"),
            KnownAt = Text(observation, "issued") is { } issued ? new RawTime(issued, TimeFormat.Iso, "Etc/UTC") : null,
            ResultId = Text(observation, "id"),
        };
    }

    private static Coding[] Codings(JsonElement concept) =>
        [.. concept.GetProperty("coding").EnumerateArray().Select(c => new Coding(new Code(Text(c, "system")!, Text(c, "code")!), Text(c, "display")))];

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static IEnumerable<Dictionary<string, string>> Rows(byte[] zipped)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(zipped), CompressionMode.Decompress));
        using var csv = new CsvReader(reader, CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        var header = csv.HeaderRecord!;
        while (csv.Read()) yield return header.ToDictionary(name => name, name => csv.GetField(name)!, StringComparer.Ordinal);
    }
}
