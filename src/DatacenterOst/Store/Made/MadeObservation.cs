using System.Globalization;
using System.Text.Json;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store.Made;

/// <summary>
/// A result that came in as HL7 v2 or CSV, as the FHIR Observation that it is (FHIR R4 observation.html). The canonical
/// code stands first, the source's own code second; the value is in the canonical unit.
/// </summary>
internal static class MadeObservation
{
    private const string Prefix = "r-";

    /// <summary>
    /// The id of the Observation of a result: it stays when the result is corrected. A patient key is a random number that
    /// never leaves the store, so the id tells nobody anything.
    /// </summary>
    public static string IdOf(PatientId patient, UInt128 result) =>
        Prefix + Base32.Encode(KeyBytes.Of(new KeyText(64).Add(patient.Value).Add(KeyBytes.Of(result)).Hash()));

    public static byte[] Write(Finding finding, string id, string patientId)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Observation");
            json.WriteString("id", id);
            json.WriteString("status", Status(finding.Status));
            WriteCode(json, finding);
            json.WriteStartObject("subject");
            json.WriteString("reference", "Patient/" + patientId);
            json.WriteEndObject();
            json.WriteString("effectiveDateTime", Instant(finding.ObservedAt));
            json.WriteString("issued", Instant(finding.KnownAt));
            WriteValue(json, finding);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteCode(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject("code");
        json.WriteStartArray("coding");
        WriteCoding(json, finding.Concept.Code, finding.Concept.Display);
        if (finding.Coding.Code != finding.Concept.Code)
        {
            WriteCoding(json, finding.Coding.Code, finding.Coding.Display);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCoding(Utf8JsonWriter json, Code code, string? display)
    {
        json.WriteStartObject();
        json.WriteString("system", code.System);
        json.WriteString("code", code.Value);
        if (!string.IsNullOrEmpty(display))
        {
            json.WriteString("display", display);
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, Finding finding)
    {
        if (finding.Value is { } value)
        {
            WriteQuantity(json, finding, value);
        }
        else if (finding.Category is { } category)
        {
            WriteCategory(json, category, finding.Text);
        }
        else if (!string.IsNullOrEmpty(finding.Text))
        {
            json.WriteString("valueString", finding.Text);
        }
        else
        {
            WriteAbsent(json);
        }
    }

    private static void WriteQuantity(Utf8JsonWriter json, Finding finding, decimal value)
    {
        json.WriteStartObject("valueQuantity");
        json.WriteNumber("value", value);
        if (finding.Comparator != Comparator.None)
        {
            json.WriteString("comparator", Symbol(finding.Comparator));
        }

        if (finding.Concept.Unit.Length > 0)
        {
            json.WriteString("unit", finding.Concept.Unit);
            json.WriteString("system", CodeSystems.Ucum);
            json.WriteString("code", finding.Concept.Unit);
        }

        json.WriteEndObject();
    }

    private static void WriteCategory(Utf8JsonWriter json, ResultCategory category, string? text)
    {
        var (code, display) = category switch
        {
            ResultCategory.Positive => ("10828004", "Positive"),
            ResultCategory.Negative => ("260385009", "Negative"),
            ResultCategory.Inconclusive => ("419984006", "Inconclusive"),
            _ => ("260415000", "Not detected"),
        };
        json.WriteStartObject("valueCodeableConcept");
        json.WriteStartArray("coding");
        WriteCoding(json, new Code(CodeSystems.Snomed, code), display);
        json.WriteEndArray();
        if (!string.IsNullOrEmpty(text))
        {
            json.WriteString("text", text);
        }

        json.WriteEndObject();
    }

    // obs-6: an Observation without a value says why.
    private static void WriteAbsent(Utf8JsonWriter json)
    {
        json.WriteStartObject("dataAbsentReason");
        json.WriteStartArray("coding");
        WriteCoding(json, new Code("http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown"), "Unknown");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Status(FactStatus status) => status switch
    {
        FactStatus.Preliminary => "preliminary",
        FactStatus.Corrected => "corrected",
        FactStatus.Retracted => "entered-in-error",
        _ => "final",
    };

    private static string Symbol(Comparator comparator) => comparator switch
    {
        Comparator.LessThan => "<",
        Comparator.LessOrEqual => "<=",
        Comparator.GreaterOrEqual => ">=",
        _ => ">",
    };

    private static string Instant(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}
