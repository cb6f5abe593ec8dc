using System.Globalization;

namespace DatacenterOst.Fhir;

/// <summary>Reads decimals without losing what was written.</summary>
internal static class DecimalNumbers
{
    public static bool TryParse(ReadOnlySpan<byte> text, out decimal value)
    {
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)) return false;
        if (value != 0) return true;
        // A number too small for a decimal is read as 0; that would be another value.
        var exponent = text.IndexOfAny((byte)'e', (byte)'E');
        return !(exponent < 0 ? text : text[..exponent]).ContainsAnyInRange((byte)'1', (byte)'9');
    }

    public static bool TryParse(string text, out decimal value) => TryParse(System.Text.Encoding.UTF8.GetBytes(text), out value);
}
