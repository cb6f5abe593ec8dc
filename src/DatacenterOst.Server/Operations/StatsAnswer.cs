using System.Buffers;
using System.Globalization;
using System.Text.Json;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Server.Fhir;

namespace DatacenterOst.Server.Operations;

/// <summary>What $stats gives back: Parameters with one Observation of statistics for each code and, where asked, what they were made of.</summary>
internal static class StatsAnswer
{
    public static void Write(IBufferWriter<byte> output, StatsAsked asked, IReadOnlyList<(Coded Code, ValueSeries Values)> series)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("resourceType", "Parameters");
        json.WriteStartArray("parameter");
        foreach (var (code, values) in series)
        {
            json.WriteStartObject();
            json.WriteString("name", "statistics");
            json.WritePropertyName("resource");
            WriteObservation(json, asked, code, values);
            json.WriteEndObject();
        }

        foreach (var source in series.SelectMany(one => one.Values.Sources).DistinctBy(stored => stored.Id).Take(asked.Included))
        {
            json.WriteStartObject();
            json.WriteString("name", "source");
            json.WritePropertyName("resource");
            json.WriteRawValue(ResourceJson.Bytes(source).Span, skipInputValidation: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteObservation(Utf8JsonWriter json, StatsAsked asked, Coded code, ValueSeries values)
    {
        json.WriteStartObject();
        json.WriteString("resourceType", "Observation");
        json.WriteString("status", "final");
        WriteConcept(json, code.System, code.Code, code.Display);
        json.WriteStartObject("subject");
        json.WriteString("reference", asked.Subject);
        json.WriteEndObject();
        WritePeriod(json, asked.From ?? values.First, asked.Until ?? values.Last);
        json.WriteStartArray("component");
        foreach (var name in asked.Statistics)
        {
            if (name == Regression.Name)
                WriteRegression(json, values);
            else
                WriteComponent(json, name, values);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePeriod(Utf8JsonWriter json, DateTimeOffset? start, DateTimeOffset? end)
    {
        if (start is null && end is null)
            return;
        json.WriteStartObject("effectivePeriod");
        if (start is { } from)
            json.WriteString("start", ResourceJson.Instant(from));
        if (end is { } until)
            json.WriteString("end", ResourceJson.Instant(until));
        json.WriteEndObject();
    }

    private static void WriteComponent(Utf8JsonWriter json, string name, ValueSeries values)
    {
        json.WriteStartObject();
        WriteConcept(json, Statistic.System, name, FhirDefinitions.Display(Statistic.System, name));
        if (Statistic.Of(name, values.Values, values.Total) is { } value)
            WriteQuantity(json, name, value, values);
        else
            WriteAbsent(json);
        json.WriteEndObject();
    }

    // One code for two numbers: the text says which is which.
    private static void WriteRegression(Utf8JsonWriter json, ValueSeries values)
    {
        var line = Regression.Of(values.Timed);
        var (unit, code) = (values.Unit.Length > 0 ? values.Unit + "/d" : "", IsUcum(values) ? $"({values.UnitCode})/d" : "");
        WritePart("gradient, per day", line?.Gradient, unit, code);
        WritePart(line is null ? "intercept" : $"intercept, at {ResourceJson.Instant(line.From)}", line?.Intercept, values.Unit, values.UnitCode);

        void WritePart(string what, decimal? value, string unit, string code)
        {
            json.WriteStartObject();
            WriteConcept(json, Statistic.System, Regression.Name, FhirDefinitions.Display(Statistic.System, Regression.Name), $"Regression: {what}");
            if (value is { } known)
                WriteQuantity(json, known, unit, values.UnitSystem, code);
            else
                WriteAbsent(json);
            json.WriteEndObject();
        }
    }

    private static bool IsUcum(ValueSeries values) => values.UnitSystem == CodeSystems.Ucum && values.UnitCode.Length > 0;

    private static void WriteQuantity(Utf8JsonWriter json, string name, decimal value, ValueSeries values)
    {
        var (unit, code) = Statistic.UnitOf(name) switch
        {
            StatisticUnit.Same => (values.Unit, values.UnitCode),
            StatisticUnit.Squared when IsUcum(values) => ($"({values.UnitCode})2", $"({values.UnitCode})2"),
            _ => ("", ""),
        };
        WriteQuantity(json, value, unit, values.UnitSystem, code);
    }

    private static void WriteQuantity(Utf8JsonWriter json, decimal value, string unit, string system, string code)
    {
        json.WriteStartObject("valueQuantity");
        json.WritePropertyName("value");
        // Without the zeros that rounding has left.
        json.WriteRawValue((value / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture));
        if (unit.Length > 0)
            json.WriteString("unit", unit);
        if (code.Length > 0 && system.Length > 0)
        {
            json.WriteString("system", system);
            json.WriteString("code", code);
        }

        json.WriteEndObject();
    }

    private static void WriteAbsent(Utf8JsonWriter json)
    {
        json.WriteStartObject("dataAbsentReason");
        json.WriteStartArray("coding");
        json.WriteStartObject();
        json.WriteString("system", "http://terminology.hl7.org/CodeSystem/data-absent-reason");
        json.WriteString("code", "not-applicable");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("text", "There are too few measurements.");
        json.WriteEndObject();
    }

    private static void WriteConcept(Utf8JsonWriter json, string? system, string code, string? display, string? text = null)
    {
        json.WriteStartObject("code");
        json.WriteStartArray("coding");
        json.WriteStartObject();
        if (system is not null)
            json.WriteString("system", system);
        json.WriteString("code", code);
        if (display is not null)
            json.WriteString("display", display);
        json.WriteEndObject();
        json.WriteEndArray();
        if (text is not null)
            json.WriteString("text", text);
        json.WriteEndObject();
    }
}
