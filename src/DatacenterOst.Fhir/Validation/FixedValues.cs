using System.Text;

namespace DatacenterOst.Fhir.Validation;

/// <summary>Fixed values, patterns and limits of profiles (FHIR R4, ElementDefinition.fixed[x], pattern[x], minValue[x], maxValue[x]).</summary>
internal static class FixedValues
{
    /// <summary>Exactly the same value with the same children, no more and no less.</summary>
    public static bool Same(Element wanted, Element actual) => Contains(wanted, actual) && Contains(actual, wanted);

    /// <summary>All that the pattern says is there; more may be. Each item of a list must be found somewhere in the list.</summary>
    public static bool Contains(Element pattern, Element actual)
    {
        if (pattern.HasValue) return actual.HasValue && SameText(pattern, actual);
        foreach (var part in pattern.Children())
        {
            var found = false;
            foreach (var candidate in actual.ChildrenById(part.Slot.Element.NameId)) found |= Contains(part, candidate);
            if (!found) return false;
        }
        return true;
    }

    /// <summary>Negative, zero or positive; zero where the two cannot be compared.</summary>
    public static int Compare(Element actual, Element limit)
    {
        var (a, b) = (PathValue.Of(actual).ToSystem(), PathValue.Of(limit).ToSystem());
        if (a.IsNumber && b.IsNumber) return a.Number.CompareTo(b.Number);
        if (a.IsTemporal && b.IsTemporal) return Paths.Temporal.Compare(a.Temporal, b.Temporal) ?? 0;
        if (a.Kind == PathKind.Quantity && b.Kind == PathKind.Quantity) return a.Quantity.ValueIn(b.Quantity)?.CompareTo(b.Quantity.Value) ?? 0;
        return 0;
    }

    public static string Shown(Element value) => value.HasValue ? $"'{value.AsString()}'" : Encoding.UTF8.GetString(value.Utf8);

    private static bool SameText(Element a, Element b) =>
        a.AsDecimal() is { } x && b.AsDecimal() is { } y ? x == y : a.Utf8.SequenceEqual(b.Utf8);
}
