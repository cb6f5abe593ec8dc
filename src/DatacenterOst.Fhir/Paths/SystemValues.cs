using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Paths;

/// <summary>FHIR primitives and quantities as FHIRPath's own types (FHIR R4, 2.9.1.5 Using FHIR types in expressions).</summary>
internal static class SystemValues
{
    public static PathValue Of(Element element)
    {
        var type = element.Definition;
        if (!type.IsPrimitive) return IsQuantity(type) ? Quantity(element) : PathValue.Of(element);
        if (!element.HasValue) return default;
        return type.Primitive switch
        {
            Primitive.Boolean => PathValue.Of(element.Utf8[0] == 't'),
            Primitive.Integer or Primitive.UnsignedInt or Primitive.PositiveInt => PathValue.Of(element.AsInteger() ?? 0),
            Primitive.Decimal => element.AsDecimal() is { } value ? PathValue.Of(value) : PathValue.Of(element.AsString()!),
            Primitive.Date => Time(PathKind.Date, element),
            Primitive.DateTime or Primitive.Instant => Time(PathKind.DateTime, element),
            Primitive.Time => Time(PathKind.Time, element),
            _ => PathValue.Of(element.AsString()!),
        };
    }

    /// <summary>True for Quantity and its specialisations (Age, Duration, …).</summary>
    public static bool IsQuantity(TypeDefinition type) => type.Name == "Quantity" || type.BaseName == "Quantity";

    private static PathValue Time(PathKind kind, Element element)
    {
        if (kind != PathKind.Time && FhirDateTime.TryParse(element.Utf8, out var value, out _)) return PathValue.Of(Temporal.Of(kind, value));
        return Clock(kind, element);
    }

    private static PathValue Clock(PathKind kind, Element element) =>
        Temporal.TryParse(kind, element.AsString()!) is { } value ? PathValue.Of(value) : PathValue.Of(element.AsString()!);

    private static PathValue Quantity(Element element)
    {
        // A comparator makes it a range, which no single number can stand for.
        if (element["value"].AsDecimal() is not { } value || element["comparator"].Exists) return PathValue.Of(element);
        var system = element["system"].AsString();
        var unit = element["code"].AsString() ?? element["unit"].AsString() ?? "1";
        // A unit of another system (tablets) compares only with itself; with the system in its name UCUM cannot take it for one of its own.
        return PathValue.Of(new PathQuantity(value, system is null or "http://unitsofmeasure.org" ? unit : $"{system}|{unit}", false));
    }
}
