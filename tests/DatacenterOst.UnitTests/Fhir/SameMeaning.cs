using System.Text.Json;

namespace DatacenterOst.UnitTests.Fhir;

/// <summary>Compares two JSON texts: same properties in any order, same lists in order, numbers digit for digit.</summary>
internal static class SameMeaning
{
    public static string? Difference(JsonElement a, JsonElement b, string path)
    {
        if (a.ValueKind != b.ValueKind) return $"{path}: {a.ValueKind} and {b.ValueKind}";
        switch (a.ValueKind)
        {
            case JsonValueKind.Object:
                var left = a.EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
                var right = b.EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
                if (left.Keys.Except(right.Keys).Concat(right.Keys.Except(left.Keys)).FirstOrDefault() is { } only) return $"{path}.{only} is only on one side";
                return left.Select(p => Difference(p.Value, right[p.Key], $"{path}.{p.Key}")).FirstOrDefault(d => d is not null);
            case JsonValueKind.Array:
                // A list of nulls at the end of a primitive's shadow list may be left out.
                if (a.GetArrayLength() != b.GetArrayLength()) return $"{path}: {a.GetArrayLength()} and {b.GetArrayLength()} items";
                return a.EnumerateArray().Zip(b.EnumerateArray()).Select((p, i) => Difference(p.First, p.Second, $"{path}[{i}]")).FirstOrDefault(d => d is not null);
            case JsonValueKind.Number:
                return a.GetRawText() == b.GetRawText() ? null : $"{path}: {a.GetRawText()} and {b.GetRawText()}";
            default:
                return a.ToString() == b.ToString() ? null : $"{path}: '{a}' and '{b}'";
        }
    }
}
