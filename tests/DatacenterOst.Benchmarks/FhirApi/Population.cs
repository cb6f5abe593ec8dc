using System.Text;
using System.Text.Json;
using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.FhirApi;

/// <summary>
/// The patients and Observations that the peers were measured with: ten codes, twenty values of each for a patient, spread over 2026.
/// The same seed gives the same values.
/// </summary>
public sealed class Population
{
    public const string IdentifierSystem = "urn:mrn";
    private const int ValuesOfCode = 20;

    private static readonly (string Code, string Display, string Unit, double Low, double High)[] Codes =
    [
        ("8867-4", "Heart rate", "/min", 60, 110), ("9279-1", "Respiratory rate", "/min", 10, 30),
        ("8310-5", "Body temperature", "Cel", 36, 40), ("2708-6", "Oxygen saturation", "%", 88, 100),
        ("8480-6", "Systolic blood pressure", "mm[Hg]", 90, 160), ("8462-4", "Diastolic blood pressure", "mm[Hg]", 50, 100),
        ("2160-0", "Creatinine", "mg/dL", 0.6, 3), ("6690-2", "Leukocytes", "10*3/uL", 3, 20),
        ("1988-5", "CRP", "mg/L", 0, 200), ("2524-7", "Lactate", "mmol/L", 0.5, 6),
    ];

    private readonly Random random = new(7);

    public static int ObservationsOfPatient => Codes.Length * ValuesOfCode;

    public static IEnumerable<string> LoincCodes => Codes.Select(code => code.Code);

    /// <param name="id">Null leaves it to the server.</param>
    public static string Patient(int number, string? id) => Text(
        $$"""{"resourceType":"Patient",{{Id(id)}}"identifier":[{"system":"{{IdentifierSystem}}","value":"P{{number:00000}}"}],"name":[{"family":"Fam{{number}}","given":["Test"]}],"gender":"{{(number % 2 == 1 ? "female" : "male")}}","birthDate":"{{1940 + (number % 60)}}-0{{1 + (number % 9)}}-15"}""");

    /// <summary>All Observations of one patient.</summary>
    /// <param name="idPrefix">Null leaves ids to the server.</param>
    public IEnumerable<string> Observations(string patientId, string? idPrefix)
    {
        var number = 0;
        foreach (var code in Codes)
            for (var k = 0; k < ValuesOfCode; k++)
                yield return Observation(patientId, code, Text($"2026-{1 + (k % 10):00}-{1 + (k * 7 % 27):00}T{k % 24:00}:{k * 13 % 60:00}:00Z"), idPrefix is null ? null : Text($"{idPrefix}{number++}"));
    }

    /// <summary>One more Observation, as the measured creates send them.</summary>
    public string Another(string patientId)
        => Observation(patientId, Codes[random.Next(Codes.Length)], Text($"2026-09-{1 + random.Next(28):00}T10:00:00Z"), null);

    /// <summary>Bundles of transactions that create what they hold.</summary>
    public static IEnumerable<byte[]> Transactions(IEnumerable<string> observations, int entries)
        => observations.Chunk(entries).Select(chunk => Encoding.UTF8.GetBytes(
            """{"resourceType":"Bundle","type":"transaction","entry":["""
            + string.Join(',', chunk.Select(resource => $$$"""{"request":{"method":"POST","url":"Observation"},"resource":{{{resource}}}}"""))
            + "]}"));

    /// <summary>The ids that the answer to a transaction gives, by the Location of each entry.</summary>
    public static IReadOnlyList<string> CreatedBy(ReadOnlyMemory<byte> answer)
    {
        using var bundle = JsonDocument.Parse(answer);
        return [.. bundle.RootElement.GetProperty("entry").EnumerateArray().Select(entry =>
        {
            var response = entry.GetProperty("response");
            if (!response.GetProperty("status").GetString()!.StartsWith("201", StringComparison.Ordinal))
                throw new InvalidOperationException("An entry was not created: " + response.GetRawText());
            var path = response.GetProperty("location").GetString()!.Split('/');
            return path[Array.IndexOf(path, "Observation") + 1];
        })];
    }

    private string Observation(string patientId, (string Code, string Display, string Unit, double Low, double High) code, string effective, string? id)
        => Text($$$"""{"resourceType":"Observation",{{{Id(id)}}}"status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs","display":"Vital Signs"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"{{{code.Code}}}","display":"{{{code.Display}}}"}],"text":"{{{code.Display}}}"},"subject":{"reference":"Patient/{{{patientId}}}"},"effectiveDateTime":"{{{effective}}}","issued":"2026-11-01T00:00:00Z","valueQuantity":{"value":{{{code.Low + (random.NextDouble() * (code.High - code.Low)):0.0}}},"unit":"{{{code.Unit}}}","system":"http://unitsofmeasure.org","code":"{{{code.Unit}}}"}}""");

    private static string Id(string? id) => id is null ? "" : $"\"id\":\"{id}\",";
}
