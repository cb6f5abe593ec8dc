using System.Text;
using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.Hooks;

/// <summary>
/// Made-up patients whose newest creatinine, three hours old, is twice what it was before: the AKI service has a card for each of them.
/// Ages are counted from the moment that the benchmark starts, so that calls are what an EHR sends, and not as of another day.
/// </summary>
public sealed class Chart(DateTimeOffset now)
{
    /// <summary>Results of a patient, six hours apart. As a searchset with the patient they make a prefetch of 10 KB.</summary>
    public const int Results = 22;

    public string Ndjson(int patients)
    {
        var lines = new StringBuilder();
        for (var patient = 0; patient < patients; patient++)
        {
            lines.Append(Patient(patient)).Append('\n');
            for (var result = 0; result < Results; result++) lines.Append(Result(patient, result)).Append('\n');
        }

        return lines.ToString();
    }

    /// <summary>The prefetch of one patient as JSON.</summary>
    public string Prefetch(int patient)
    {
        var entries = string.Join(',', Enumerable.Range(0, Results).Select(result => $$$"""{"resource":{{{Result(patient, result)}}}}"""));
        return Text($$$"""{"patient":{{{Patient(patient)}}},"creatinine":{"resourceType":"Bundle","type":"searchset","total":{{{Results}}},"entry":[{{{entries}}}]}}""");
    }

    /// <summary>A new result of a patient, known now.</summary>
    public static string NewResult(string patient, string id, int value, DateTimeOffset at) => Creatinine(patient, id, value, at, at);

    private static string Patient(int patient) => Text($$"""{"resourceType":"Patient","id":"p{{patient}}","birthDate":"1960-01-01","gender":"female"}""");

    private string Result(int patient, int result)
    {
        var at = now.AddHours(-3 - (6 * result));
        return Creatinine(Text($"p{patient}"), Text($"p{patient}-{result}"), result == 0 ? 196 : 80 + (result % 9), at, at.AddHours(1));
    }

    private static string Creatinine(string patient, string id, int value, DateTimeOffset observed, DateTimeOffset known) => Text(
        $$$"""{"resourceType":"Observation","id":"{{{id}}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}]},"subject":{"reference":"Patient/{{{patient}}}"},"effectiveDateTime":"{{{observed:yyyy-MM-ddTHH:mm:ssZ}}}","issued":"{{{known:yyyy-MM-ddTHH:mm:ssZ}}}","valueQuantity":{"value":{{{value}}},"unit":"umol/L","system":"http://unitsofmeasure.org","code":"umol/L"}}""");
}
