using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace DatacenterOst.Models.Batch;

/// <summary>
/// A result as a FHIR R4 RiskAssessment. Its id is made of patient, instant and package, so that the same result again is the same
/// resource. Probabilities are percentages there (R4 RiskAssessment.prediction.probability[x]: "Decimal values are expressed as
/// percentages as well (max = 100)"), and the time that they hold for is a Period: a Range would be of the patient's age.
/// </summary>
public static class RiskAssessments
{
    public const string IdentifierSystem = "urn:datacenter-ost:risk-assessment";
    public const string ModelSystem = "urn:datacenter-ost:model";
    public const string ConclusionSystem = "urn:datacenter-ost:conclusion";

    /// <summary>References in one resource; a model with more features has a longer trail in its record.</summary>
    private const int MaxBasis = 200;

    public static string IdOf(string patient, DateTimeOffset asOf, PackageId package)
    {
        var text = $"{patient}\n{asOf.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}\n{package.Model}\n{package.Version}\n{package.Hash}";
        return "risk-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    /// <returns>One resource as JSON on one line; null where the model made nothing that could be said.</returns>
    public static byte[]? Write(BatchLine line, ModelPackage package, DateTimeOffset asOf)
    {
        var estimate = line.Estimate;
        if (estimate.Score is null && estimate.Conclusions.Count == 0) return null;
        var id = IdOf(line.Patient, asOf, package.Id);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("resourceType"u8, "RiskAssessment"u8);
            json.WriteString("id"u8, id);
            json.WriteStartArray("identifier"u8);
            json.WriteStartObject();
            json.WriteString("system"u8, IdentifierSystem);
            json.WriteString("value"u8, id);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteString("status"u8, "final"u8);
            WriteCoded(json, "method"u8, ModelSystem, $"{package.Id.Model}|{package.Id.Version}", $"{package.Kind}, content {package.Id.Hash}");
            WriteCoded(json, "code"u8, ModelSystem, package.Id.Model.Value, package.Card.Title.En);
            WriteReference(json, "subject"u8, "Patient/" + line.Patient);
            json.WriteString("occurrenceDateTime"u8, Instant(asOf));
            if (line.Basis.Count > 0)
            {
                json.WriteStartArray("basis"u8);
                foreach (var reference in line.Basis.Take(MaxBasis))
                {
                    json.WriteStartObject();
                    json.WriteString("reference"u8, reference);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            WritePrediction(json, line, package, asOf);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WritePrediction(Utf8JsonWriter json, BatchLine line, ModelPackage package, DateTimeOffset asOf)
    {
        json.WriteStartArray("prediction"u8);
        json.WriteStartObject();
        var outcome = package.Card.Outcome is { } declared ? declared.En : package.Output.Text.En.Length > 0 ? package.Output.Text.En : package.Card.Title.En;
        json.WriteStartObject("outcome"u8);
        json.WriteString("text"u8, outcome);
        json.WriteEndObject();
        if (line.Estimate.Probability is { } probability)
            json.WriteNumber("probabilityDecimal"u8, Math.Round((decimal)probability * 100, 10));
        if (line.Estimate.Conclusions is [var band, ..])
        {
            json.WriteStartObject("qualitativeRisk"u8);
            json.WriteStartArray("coding"u8);
            WriteCoding(json, $"{ConclusionSystem}:{package.Id.Model}", band);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (package.Monitoring.Horizon is { } horizon)
        {
            json.WriteStartObject("whenPeriod"u8);
            json.WriteString("start"u8, Instant(asOf));
            json.WriteString("end"u8, Instant(asOf + horizon));
            json.WriteEndObject();
        }

        if (line.Estimate.Score is { } number)
            json.WriteString("rationale"u8, string.Create(CultureInfo.InvariantCulture, $"{(package.Output.Name.Length > 0 ? package.Output.Name : "score")} {number:R}"));
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteCoded(Utf8JsonWriter json, ReadOnlySpan<byte> name, string system, string code, string text)
    {
        json.WriteStartObject(name);
        json.WriteStartArray("coding"u8);
        WriteCoding(json, system, code);
        json.WriteEndArray();
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    private static void WriteCoding(Utf8JsonWriter json, string system, string code)
    {
        json.WriteStartObject();
        json.WriteString("system"u8, system);
        json.WriteString("code"u8, code);
        json.WriteEndObject();
    }

    private static void WriteReference(Utf8JsonWriter json, ReadOnlySpan<byte> name, string reference)
    {
        json.WriteStartObject(name);
        json.WriteString("reference"u8, reference);
        json.WriteEndObject();
    }

    private static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}
