using System.Text.Json;
using DatacenterOst.Fhir;

namespace DatacenterOst.Benchmarks.Fhir;

/// <summary>Parsing, typed access, search values and validation of Synthea's resources.</summary>
public static class ResourceRows
{
    private const double ParseMark = 2.5;
    private const int ExtractMark = 20_000;
    private const int ValidateMark = 5_000;

    public static void Run(Samples samples)
    {
        Bundles(samples.Bundles);
        Parsing("an Observation, parsed", samples.Observations);
        Parsing(Table.Text($"a resource of any type, parsed ({samples.Resources.Count:N0} of Synthea's)"), samples.Resources);
        var observations = samples.Observations.Select(bytes => Resource.ParseJson(bytes)).ToList();
        Extraction(observations);
        Validation(observations);
    }

    private static void Bundles(IReadOnlyList<byte[]> bundles)
    {
        var both = Rounds.Measure(
            new Work(bundles.Count, () => bundles.Sum(bytes => Read(Resource.ParseJson(bytes)))),
            new Work(bundles.Count, () => bundles.Sum(Document)));
        var (own, other) = (both[0], both[1]);
        var ratio = own.WallSeconds / other.WallSeconds;
        Table.Row(
            Table.Text($"a Synthea bundle ({bundles.Average(bytes => bytes.Length) / 1e6:0.00} MB, {bundles.Average(bytes => Resource.ParseJson(bytes).Root.Children("entry").Count()):0} entries), parsed and its values read"),
            own,
            Table.Text($"`JsonDocument.Parse` alone {Table.Time(other.WallSeconds)}, CPU {Table.Time(other.CpuSeconds)}, {other.Bytes:N0} B: {ratio:0.00} × (CPU {own.CpuSeconds / other.CpuSeconds:0.00} ×)"),
            Table.Mark("≤ 2.5 ×", ratio <= ParseMark));
    }

    private static long Document(byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        return (long)document.RootElement.ValueKind;
    }

    // What an import reads of each entry: identity, state, codes, patient, times and value, each in its type.
    private static long Read(Resource bundle)
    {
        var sum = 0L;
        foreach (var entry in bundle.Root.Children("entry"))
        {
            var resource = entry["resource"];
            sum += resource["id"].AsString()?.Length ?? 0;
            sum += resource["status"].AsString()?.Length ?? 0;
            sum += resource["subject"]["reference"].AsString()?.Length ?? 0;
            foreach (var coding in resource["code"].Children("coding"))
                sum += (coding["system"].AsString()?.Length ?? 0) + (coding["code"].AsString()?.Length ?? 0);
            sum += resource["effective"].AsDateTime()?.Low.Day ?? 0;
            sum += resource["issued"].AsDateTime()?.Low.Day ?? 0;
            var value = resource["value"];
            if (value["value"].AsDecimal() is { } number) sum += (long)number;
            sum += value["code"].AsString()?.Length ?? 0;
        }

        return sum;
    }

    private static void Parsing(string name, IReadOnlyList<byte[]> resources)
    {
        var measured = Rounds.Measure(new Work(resources.Count, () => resources.Sum(bytes => (long)Resource.ParseJson(bytes).TypeName.Length)));
        Table.Row(name, measured[0], Table.Text($"of {resources.Average(bytes => bytes.Length):N0} B JSON"));
    }

    private static void Extraction(List<Resource> observations)
    {
        var values = observations.Average(observation => SearchParameter.Extract(observation).Count);
        var measured = Rounds.Measure(new Work(observations.Count, () => observations.Sum(observation => (long)SearchParameter.Extract(observation).Count)))[0];
        Table.Row("all search values of an Observation", measured, Table.Text($"{values:0.0} values of {SearchParameter.Of("Observation").Count} parameters"), Table.PerSecond(ExtractMark, measured));
    }

    private static void Validation(List<Resource> observations)
    {
        // A validator that finds nothing would be fast: the same Observations without their status must all fail.
        var broken = observations.Select(observation => Patch.ApplyJson(observation, """[{ "op": "remove", "path": "/status" }]"""u8.ToArray())).Count(HasErrors);
        var measured = Rounds.Measure(new Work(observations.Count, () => observations.Sum(observation => (long)Validator.Default.Validate(observation).Count)))[0];
        Table.Row("an Observation, validated", measured, Table.Text($"{observations.Count(HasErrors):N0} of {observations.Count:N0} with errors; without status {broken:N0}"), Table.PerSecond(ValidateMark, measured));
    }

    private static bool HasErrors(Resource resource) => Validator.Default.Validate(resource).Any(issue => issue.Severity == IssueSeverity.Error);
}
