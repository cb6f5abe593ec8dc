using System.Globalization;
using System.Text.Json;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store.Made;

/// <summary>A patient who is known from HL7 v2 or CSV only, as the FHIR Patient that they are.</summary>
internal static class MadePatient
{
    public static byte[] Write(PatientRecord patient)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Patient");
            json.WriteString("id", patient.FhirId);
            var identifiers = patient.Identifiers.Where(identifier => !PatientReference.IsLocal(identifier)).ToList();
            if (identifiers.Count > 0)
            {
                WriteIdentifiers(json, identifiers);
            }

            WriteName(json, patient.Demographics);
            if (patient.Demographics.Sex != Sex.Unknown)
            {
                json.WriteString("gender", Gender(patient.Demographics.Sex));
            }

            if (patient.Demographics.BirthDate is { } born)
            {
                json.WriteString("birthDate", born.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteIdentifiers(Utf8JsonWriter json, List<Identifier> identifiers)
    {
        json.WriteStartArray("identifier");
        foreach (var identifier in identifiers)
        {
            json.WriteStartObject();
            json.WriteString("system", identifier.System);
            json.WriteString("value", identifier.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteName(Utf8JsonWriter json, Demographics demographics)
    {
        if (demographics.FamilyName is null && demographics.GivenNames is null)
        {
            return;
        }

        json.WriteStartArray("name");
        json.WriteStartObject();
        if (demographics.FamilyName is { } family)
        {
            json.WriteString("family", family);
        }

        if (demographics.GivenNames is { } given)
        {
            json.WriteStartArray("given");
            foreach (var name in given.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static string Gender(Sex sex) => sex switch
    {
        Sex.Female => "female",
        Sex.Male => "male",
        _ => "other",
    };
}
