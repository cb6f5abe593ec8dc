using System.Globalization;
using DatacenterOst.Fhir.Search;

namespace DatacenterOst.Fhir.Queries;

/// <summary>Reads values that have an order: numbers, dates and quantities with their prefixes (FHIR R4, 3.1.1.4.5).</summary>
internal sealed class OrderedReading(string name, DateTimeOffset now)
{
    // "The recommended value for the approximation is 10% of the stated value (or for a date, 10% of the gap between now and the date)."
    private const decimal Approximately = 0.1m;

    /// <summary>R4 3.1.1.4.7: any precision; minutes must be there where an hour is. Without an offset UTC is meant.</summary>
    public DateOperand Date(string text)
    {
        var (prefix, rest) = Prefix(text);
        if (!TryDate(rest, out var date))
            throw Wrong($"'{rest}' is not a date; write YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm[:ss][Z or +hh:mm], with a prefix such as ge where wanted");
        var (low, high) = (date.Low, date.High);
        if (prefix != SearchPrefix.Ap) return new DateOperand(prefix, low, high);
        var gap = now < low ? low - now : now > high ? now - high : TimeSpan.Zero;
        var tenth = gap.Ticks / 10;
        return new DateOperand(prefix, Shift(low, -tenth), Shift(high, tenth));
    }

    /// <summary>An instant or date as it was asked; a blank before the offset was a plus before the address was decoded.</summary>
    public static bool TryDate(string text, out FhirDateTime date)
    {
        text = text.Trim();
        if (text.Length > 6 && text[^6] == ' ' && text.Contains('T', StringComparison.Ordinal)) text = string.Concat(text.AsSpan(0, text.Length - 6), "+", text.AsSpan(text.Length - 5));
        return FhirDateTime.TryParse(text, out date) && date.Precision != DateTimePrecision.Hour;
    }

    /// <summary>R4 3.1.1.4.6.</summary>
    public NumberOperand Number(string text)
    {
        var (prefix, rest) = Prefix(text);
        var (value, low, high) = Range(prefix, rest);
        return new NumberOperand(prefix, value, low, high);
    }

    /// <summary>R4 3.1.1.4.11: <c>[prefix][number]|[system]|[code]</c>.</summary>
    public QuantityOperand Quantity(string text)
    {
        var parts = QueryText.Split(text, '|', 3).ConvertAll(QueryText.Unescape);
        if (parts.Count is 2 or > 3) throw Wrong($"'{text}' is no quantity; write number|system|code, number||code or number");
        var (prefix, rest) = Prefix(parts[0]);
        var (value, low, high) = Range(prefix, rest);
        if (parts.Count == 1) return new QuantityOperand(prefix, value, low, high, null, null, null);
        var (system, code) = (parts[1].Length > 0 ? parts[1] : null, parts[2].Length > 0 ? parts[2] : null);
        var canonical = system == QuantityValues.UcumSystem && code is not null ? QuantityValues.Canonical(value, low, high, code) : null;
        return new QuantityOperand(prefix, value, low, high, system, code, canonical);
    }

    private (decimal Value, decimal Low, decimal High) Range(SearchPrefix prefix, string text)
    {
        // Far from the ends of what a decimal holds, so that ranges and tenths cannot overflow.
        if (!IsNumber(text) || !DecimalNumbers.TryParse(text, out var value) || Math.Abs(value) > 1e26m)
            throw Wrong($"'{text}' is not a number; write digits with a point, such as 5.40 or 1e2, with a prefix such as gt where wanted");
        var half = HalfStep(text, value);
        if (prefix == SearchPrefix.Ap) half = Math.Max(half, Math.Abs(value) * Approximately);
        return (value, value - half, value + half);
    }

    private static bool IsNumber(string text) => text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiDigit(c) || c is '+' or '-' or '.' or 'e' or 'E');

    /// <summary>
    /// Half a step of the last digit: 100 is [99.5, 100.5), 5.40 is [5.395, 5.405). In the form with an exponent the standard's own
    /// example, 1e2 = [95, 105), counts one digit after the point even where none is written; 1.00e2 is [99.5, 100.5), as 100.
    /// </summary>
    private static decimal HalfStep(string text, decimal value)
    {
        var e = text.AsSpan().IndexOfAny('e', 'E');
        if (e < 0) return QuantityValues.Half(value);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var decimals = Math.Max(1, point < 0 ? 0 : e - point - 1);
        // An exponent that is no int was read with a zero before it; the range of a zero is nothing then.
        if (!int.TryParse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)) return 0;
        var last = Math.Clamp(exponent, -1000, 1000) - decimals;
        return last switch { > 25 => 5e25m, >= 0 => 0.5m * Power(last), > -28 => 0.5m / Power(-last), _ => 0 };
    }

    private static decimal Power(int exponent)
    {
        var power = 1m;
        for (var i = 0; i < exponent; i++) power *= 10;
        return power;
    }

    private static (SearchPrefix Prefix, string Text) Prefix(string text) =>
        text.Length > 2 && char.IsAsciiLetterLower(text[0]) && Enum.TryParse<SearchPrefix>(text[..2], ignoreCase: true, out var prefix) ? (prefix, text[2..]) : (SearchPrefix.Eq, text);

    private static DateTimeOffset Shift(DateTimeOffset time, long ticks) => new(Math.Clamp(time.UtcTicks + ticks, DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

    private SearchException Wrong(string message) => new(message, name);
}
