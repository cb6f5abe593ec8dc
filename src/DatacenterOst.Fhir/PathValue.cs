using System.Globalization;
using DatacenterOst.Fhir.Paths;

namespace DatacenterOst.Fhir;

/// <summary>What a FHIRPath value is: an element of a resource, or one of FHIRPath's own types.</summary>
public enum PathKind { None, Element, Boolean, Integer, Decimal, String, Date, DateTime, Time, Quantity, Type }

/// <summary>One value of a FHIRPath result.</summary>
public readonly struct PathValue
{
    internal readonly object? Reference;
    internal readonly decimal Number;
    internal readonly int Index;

    private PathValue(PathKind kind, object? reference, decimal number, int index) =>
        (Kind, Reference, Number, Index) = (kind, reference, number, index);

    public PathKind Kind { get; }

    /// <summary>The element, where the value is one; else one that does not exist.</summary>
    public Element Element => Kind == PathKind.Element ? new Element((Resource)Reference!, Index) : default;

    public static PathValue Of(Element element) => element.Exists ? new(PathKind.Element, element.Owner, 0, element.Index) : default;
    public static PathValue Of(bool value) => new(PathKind.Boolean, null, value ? 1 : 0, 0);
    public static PathValue Of(int value) => new(PathKind.Integer, null, value, 0);
    public static PathValue Of(decimal value) => new(PathKind.Decimal, null, value, 0);
    public static PathValue Of(string value) => new(PathKind.String, value, 0, 0);
    internal static PathValue Of(Temporal value) => new(value.Kind, value, 0, 0);
    internal static PathValue Of(PathQuantity value) => new(PathKind.Quantity, value, 0, 0);
    internal static PathValue OfType(string name) => new(PathKind.Type, name, 0, 0);

    internal bool IsNumber => Kind is PathKind.Integer or PathKind.Decimal;
    internal bool IsTemporal => Kind is PathKind.Date or PathKind.DateTime or PathKind.Time;
    internal Temporal Temporal => (Temporal)Reference!;
    internal PathQuantity Quantity => (PathQuantity)Reference!;
    internal string Text => (string)Reference!;

    /// <summary>The value as one of FHIRPath's own types: "1" of a FHIR integer, the quantity of a FHIR Quantity; elements that are neither stay as they are.</summary>
    public PathValue ToSystem() => Kind == PathKind.Element ? SystemValues.Of(Element) : this;

    /// <summary>True or false, where the value is a boolean; else null.</summary>
    public bool? AsBoolean() => ToSystem() is { Kind: PathKind.Boolean } value ? value.Number != 0 : null;

    public decimal? AsDecimal() => ToSystem() is { IsNumber: true } value ? value.Number : null;

    /// <summary>The value as FHIRPath's toString() writes it; for a complex element its type name.</summary>
    public override string ToString()
    {
        var value = ToSystem();
        return value.Kind switch
        {
            PathKind.Element => value.Element.ToString(),
            PathKind.Boolean => value.Number != 0 ? "true" : "false",
            PathKind.Integer or PathKind.Decimal => value.Number.ToString(CultureInfo.InvariantCulture),
            PathKind.None => "",
            _ => value.Reference!.ToString()!,
        };
    }
}
