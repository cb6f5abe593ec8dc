using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Sources.Fhir;

/// <summary>value[x] as text, with what belongs to it.</summary>
internal sealed record FhirValue(string? Text, string? Comparator = null, string? Unit = null)
{
    public IReadOnlyList<Coding> Answers { get; init; } = [];
}

internal static class FhirValues
{
    public static IReadOnlyList<Coding> Codings(Element concept)
    {
        var codings = new List<Coding>(1);
        foreach (var coding in concept.Children("coding"))
        {
            if (coding["code"].AsString() is { } code)
                codings.Add(new Coding(new Code(coding["system"].AsString() ?? "", code), coding["display"].AsString() ?? concept["text"].AsString()));
        }
        return codings;
    }

    /// <summary>Null for a type that holds no single result (SampledData).</summary>
    public static FhirValue? Of(Element value) => value.TypeName switch
    {
        "" => new FhirValue(Text: null),
        "Quantity" => new FhirValue(Number(value["value"]), value["comparator"].AsString(), Unit(value)),
        "CodeableConcept" => Coded(value),
        "Range" => new FhirValue($"{Number(value["low"]["value"])}-{Number(value["high"]["value"])}", Unit: Unit(value["low"]) ?? Unit(value["high"])),
        "Ratio" => Ratio(value),
        "Period" => new FhirValue($"{value["start"].AsString()}/{value["end"].AsString()}"),
        "SampledData" => null,
        _ => new FhirValue(value.AsString()),
    };

    /// <summary>The number as written: 1.50 stays 1.50, and 1e400 stays what it is until it is judged.</summary>
    private static string? Number(Element number) => number.DecimalText is { Length: > 0 } text ? text : null;

    /// <summary>The code where it is UCUM, else the unit as people read it.</summary>
    private static string? Unit(Element quantity)
    {
        var code = quantity["code"].AsString();
        return code is not null && quantity["system"].AsString() == CodeSystems.Ucum ? code : quantity["unit"].AsString() ?? code;
    }

    private static FhirValue Coded(Element concept)
    {
        var answers = Codings(concept);
        var words = concept["text"].AsString() ?? concept["coding"]["display"].AsString() ?? concept["coding"]["code"].AsString();
        return new FhirValue(words) { Answers = answers };
    }

    /// <summary>A titre, <c>1:128</c>; a ratio of two quantities keeps the unit of both.</summary>
    private static FhirValue Ratio(Element ratio)
    {
        var (numerator, denominator) = (ratio["numerator"], ratio["denominator"]);
        var unit = (Unit(numerator), Unit(denominator)) switch
        {
            (null, null) => null,
            var (above, below) => $"{above}/{below}",
        };
        return new FhirValue($"{Number(numerator["value"])}:{Number(denominator["value"])}", numerator["comparator"].AsString(), unit);
    }
}
