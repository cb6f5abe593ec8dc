using System.Text;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Paths;

/// <summary>Equals and equivalence of values and collections (FHIRPath N1, 6.1).</summary>
internal static class Equality
{
    /// <summary>True, false, or null where it cannot be known (dates of different precision, units without relation).</summary>
    public static bool? Equal(in PathValue left, in PathValue right)
    {
        if (right.Kind == PathKind.String && TextOf(left, out var text)) return SameText(text, right.Text);
        if (left.Kind == PathKind.Element && right.Kind == PathKind.Element && left.Index == right.Index && ReferenceEquals(left.Reference, right.Reference)) return true;
        var (leftText, rightText) = (TextOf(left, out var element), TextOf(right, out var other));
        if (leftText && rightText) return element.Utf8.SequenceEqual(other.Utf8);
        if (rightText && left.Kind == PathKind.String) return SameText(other, left.Text);
        var (a, b) = (left.ToSystem(), right.ToSystem());
        if (a.Kind == PathKind.None && b.Kind == PathKind.None) return DeepEqual(left.Element, right.Element);
        if (a.IsNumber && b.IsNumber) return a.Number == b.Number;
        if (a.Kind == PathKind.Time != (b.Kind == PathKind.Time)) return false;
        if (a.IsTemporal && b.IsTemporal) return Temporal.Compare(a.Temporal, b.Temporal) is { } order ? order == 0 : null;
        if (a.Kind == PathKind.Quantity || b.Kind == PathKind.Quantity) return SameQuantity(a, b);
        if (a.Kind != b.Kind) return false;
        return a.Kind switch
        {
            PathKind.Boolean => a.Number == b.Number,
            PathKind.String or PathKind.Type => a.Text == b.Text,
            PathKind.Element => DeepEqual(a.Element, b.Element),
            _ => false,
        };
    }

    /// <summary>Null where one side is empty.</summary>
    public static bool? Equal(ReadOnlySpan<PathValue> left, ReadOnlySpan<PathValue> right)
    {
        if (left.IsEmpty || right.IsEmpty) return null;
        if (left.Length != right.Length) return false;
        bool? result = true;
        for (var i = 0; i < left.Length; i++)
        {
            var same = Equal(left[i], right[i]);
            if (same == false) return false;
            if (same is null) result = null;
        }
        return result;
    }

    /// <summary>Order does not matter; each value must find its own partner.</summary>
    public static bool Equivalent(ReadOnlySpan<PathValue> left, ReadOnlySpan<PathValue> right)
    {
        if (left.Length != right.Length) return false;
        var used = new bool[right.Length];
        foreach (ref readonly var value in left)
        {
            var found = false;
            for (var i = 0; i < right.Length && !found; i++)
            {
                if (used[i] || !Equivalent(value, right[i])) continue;
                found = used[i] = true;
            }
            if (!found) return false;
        }
        return true;
    }

    public static bool Equivalent(in PathValue left, in PathValue right)
    {
        var (a, b) = (left.ToSystem(), right.ToSystem());
        if (a.IsNumber && b.IsNumber) return SameToLeastPrecision(a.Number, b.Number);
        if (a.Kind == PathKind.String && b.Kind == PathKind.String) return Normal(a.Text) == Normal(b.Text);
        if (a.Kind == PathKind.Quantity && b.Kind == PathKind.Quantity)
            return PathQuantity.InCoarserUnit(a.Quantity, b.Quantity) is { } values && SameToLeastPrecision(values.A, values.B);
        if (a.Kind == PathKind.Element && b.Kind == PathKind.Element) return DeepEquivalent(a.Element, b.Element);
        return Equal(a, b) == true;
    }

    /// <summary>A number by which equal values are the same; values that cannot be hashed share 0.</summary>
    public static int Hash(in PathValue value)
    {
        var system = value.ToSystem();
        return system.Kind switch
        {
            PathKind.Integer or PathKind.Decimal or PathKind.Boolean => system.Number.GetHashCode(),
            PathKind.String or PathKind.Type => system.Text.GetHashCode(StringComparison.Ordinal),
            PathKind.Element => system.Element.Definition.Index,
            _ => 0,
        };
    }

    public static bool TextOf(in PathValue value, out Element element)
    {
        element = value.Element;
        return element.HasValue && element.Definition.Primitive is Primitive.String or Primitive.Code or Primitive.Uri or Primitive.Url or Primitive.Canonical or Primitive.Id or Primitive.Markdown;
    }

    /// <summary>Compares without making a string; most texts in paths are ASCII.</summary>
    internal static bool SameText(Element element, string text)
    {
        if (!element.HasValue) return false;
        var utf8 = element.Utf8;
        // Where the lengths are the same both are ASCII or they differ: every other character takes more bytes than it takes chars.
        if (utf8.Length == text.Length) return Ascii.Equals(utf8, text);
        return utf8.Length > text.Length && utf8.Length <= text.Length * 3 && !Ascii.IsValid(text) && Encoding.UTF8.GetString(utf8) == text;
    }

    private static bool? SameQuantity(in PathValue a, in PathValue b)
    {
        var (left, right) = (AsQuantity(a), AsQuantity(b));
        if (left is null || right is null) return false;
        return left.ValueIn(right) is { } value ? value == right.Value : left.IsCalendar || right.IsCalendar ? null : left.IsComparableWith(right) ? null : false;
    }

    public static PathQuantity? AsQuantity(in PathValue value) =>
        value.Kind == PathKind.Quantity ? value.Quantity : value.IsNumber ? new PathQuantity(value.Number, "1", false) : null;

    // Trailing zeros are no precision here: 1.10 ~ 1.1 (FHIRPath N1, 6.1.2).
    private static bool SameToLeastPrecision(decimal a, decimal b)
    {
        var digits = Math.Min(Significant(a).Scale, Significant(b).Scale);
        return Math.Round(a, digits, MidpointRounding.AwayFromZero) == Math.Round(b, digits, MidpointRounding.AwayFromZero);
    }

    private static decimal Significant(decimal value) => value / 1.0000000000000000000000000000m;

    private static string Normal(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();

    private static bool DeepEqual(Element a, Element b) => Deep(a, b, static (x, y) => Equal(x, y) == true);

    private static bool DeepEquivalent(Element a, Element b) => Deep(a, b, static (x, y) => Equivalent(x, y));

    private static bool Deep(Element a, Element b, Func<PathValue, PathValue, bool> same)
    {
        if (!a.Exists || !b.Exists || a.Definition != b.Definition) return false;
        var (left, right) = (Ordered(a), Ordered(b));
        if (left.Count != right.Count) return false;
        for (var i = 0; i < left.Count; i++)
            if (left[i].Node.Slot != right[i].Node.Slot || !same(PathValue.Of(left[i]), PathValue.Of(right[i]))) return false;
        return true;
    }

    // The order of properties in JSON means nothing, that of repetitions does; a stable sort keeps the latter.
    private static List<Element> Ordered(Element element) => [.. element.Children().ToList().OrderBy(c => c.Node.Slot)];
}
