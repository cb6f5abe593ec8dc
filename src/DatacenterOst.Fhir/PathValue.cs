using System.Globalization;
using DatacenterOst.Fhir.Paths;

namespace DatacenterOst.Fhir;

/// <summary>What a FHIRPath value is: an element of a resource, or one of FHIRPath's own types.</summary>
public enum PathKind
{
    /// <summary>No value.</summary>
    None,

    /// <summary>An element of a resource, with the type that FHIR gives it.</summary>
    Element,

    /// <summary>System.Boolean</summary>
    Boolean,

    /// <summary>System.Integer, 32 bits.</summary>
    Integer,

    /// <summary>System.Decimal, 28 digits.</summary>
    Decimal,

    /// <summary>System.String</summary>
    String,

    /// <summary>System.Date</summary>
    Date,

    /// <summary>System.DateTime</summary>
    DateTime,

    /// <summary>System.Time</summary>
    Time,

    /// <summary>System.Quantity: a number with a UCUM unit or a calendar word.</summary>
    Quantity,

    /// <summary>A type, as type() gives it.</summary>
    Type,
}

/// <summary>One value of a FHIRPath result. 16 bytes, so that it travels in registers; a decimal alone lies on the heap.</summary>
public readonly struct PathValue
{
    internal readonly object? Reference;

    // The node of an element; the value of a whole number; 1 for true.
    internal readonly int Index;
    private readonly PathKind kind;

    private PathValue(PathKind kind, object? reference, int index) => (this.kind, Reference, Index) = (kind, reference, index);

    /// <summary>What the value is.</summary>
    public PathKind Kind => kind;

    /// <summary>The element, where the value is one; else one that does not exist.</summary>
    public Element Element => Kind == PathKind.Element ? new Element((Resource)Reference!, Index) : default;

    /// <summary>The element as a value; none where it does not exist.</summary>
    public static PathValue Of(Element element) => element.Exists ? new(PathKind.Element, element.Owner, element.Index) : default;
    /// <summary>A System.Boolean.</summary>
    public static PathValue Of(bool value) => new(PathKind.Boolean, null, value ? 1 : 0);
    /// <summary>A System.Integer.</summary>
    public static PathValue Of(int value) => new(PathKind.Integer, null, value);
    /// <summary>A System.Decimal.</summary>
    public static PathValue Of(decimal value) => new(PathKind.Decimal, value, 0);
    /// <summary>A System.String.</summary>
    public static PathValue Of(string value) => new(PathKind.String, value, 0);
    internal static PathValue Of(Temporal value) => new(value.Kind, value, 0);
    internal static PathValue Of(PathQuantity value) => new(PathKind.Quantity, value, 0);
    internal static PathValue OfType(string name) => new(PathKind.Type, name, 0);

    /// <summary>The number of an integer or decimal; 1 and 0 for true and false.</summary>
    internal decimal Number => kind == PathKind.Decimal ? (decimal)Reference! : Index;
    internal bool IsTrue => kind == PathKind.Boolean && Index != 0;
    internal bool IsNumber => Kind is PathKind.Integer or PathKind.Decimal;
    internal bool IsTemporal => Kind is PathKind.Date or PathKind.DateTime or PathKind.Time;
    internal Temporal Temporal => (Temporal)Reference!;
    internal PathQuantity Quantity => (PathQuantity)Reference!;
    internal string Text => (string)Reference!;

    /// <summary>The value as one of FHIRPath's own types: "1" of a FHIR integer, the quantity of a FHIR Quantity; elements that are neither stay as they are.</summary>
    public PathValue ToSystem() => Kind == PathKind.Element ? SystemValues.Of(Element) : this;

    /// <summary>True or false, where the value is a boolean; else null.</summary>
    public bool? AsBoolean() => ToSystem() is { Kind: PathKind.Boolean } value ? value.IsTrue : null;

    /// <summary>The number, where the value is one; else null.</summary>
    public decimal? AsDecimal() => ToSystem() is { IsNumber: true } value ? value.Number : null;

    /// <summary>The value as FHIRPath's toString() writes it; for a complex element its type name.</summary>
    public override string ToString()
    {
        var value = ToSystem();
        return value.Kind switch
        {
            PathKind.Element => value.Element.ToString(),
            PathKind.Boolean => value.IsTrue ? "true" : "false",
            PathKind.Integer or PathKind.Decimal => value.Number.ToString(CultureInfo.InvariantCulture),
            PathKind.None => "",
            _ => value.Reference!.ToString()!,
        };
    }
}
