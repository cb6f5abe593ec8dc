using System.Globalization;
using DatacenterOst.Clinical;

namespace DatacenterOst.Normalise;

internal enum ValueKind : byte
{
    Missing,
    Number,
    Words,
    OutOfRange,
    Ambiguous,
    Contradiction,
}

/// <summary>A value as read: a number with the digits that its source gave it, or words.</summary>
internal readonly record struct ReadValue(ValueKind Kind, decimal Number, Comparator Comparator, byte Digits, byte Decimals, Applied Applied);

/// <summary>
/// Numbers as laboratories write them: <c>5.4</c>, <c>0,54</c>, <c>&lt; 0,5</c>, <c>LESS THAN 10</c>, <c>&lt;=1.005</c>, <c>1.2e3</c>.
/// What could mean two numbers is refused; <c>3-5</c>, <c>1+</c> and <c>1:320</c> are words.
/// </summary>
internal static class Values
{
    // No result of a laboratory is written with more characters; longer text is words.
    private const int MaxNumberLength = 60;

    private static readonly (string Words, Comparator Comparator)[] Comparators =
    [
        ("<=", Comparator.LessOrEqual), (">=", Comparator.GreaterOrEqual), ("=<", Comparator.LessOrEqual), ("=>", Comparator.GreaterOrEqual),
        ("<", Comparator.LessThan), (">", Comparator.GreaterThan), ("≤", Comparator.LessOrEqual), ("≥", Comparator.GreaterOrEqual),
        ("LESS THAN OR EQUAL TO ", Comparator.LessOrEqual), ("GREATER THAN OR EQUAL TO ", Comparator.GreaterOrEqual),
        ("LESS THAN ", Comparator.LessThan), ("GREATER THAN ", Comparator.GreaterThan), ("MORE THAN ", Comparator.GreaterThan),
        ("BELOW ", Comparator.LessThan), ("ABOVE ", Comparator.GreaterThan),
        ("MINDRE END ", Comparator.LessThan), ("STØRRE END ", Comparator.GreaterThan), ("UNDER ", Comparator.LessThan), ("OVER ", Comparator.GreaterThan),
    ];

    public static ReadValue Read(string? value, string? comparator)
    {
        var text = value.AsSpan().Trim();
        if (text.Length == 0) return new ReadValue(ValueKind.Missing, 0, Comparator.None, 0, 0, Applied.None);
        var leading = text.Length > MaxNumberLength || char.IsAsciiDigit(text[0]) ? Comparator.None : TakeComparator(ref text);
        var read = text.Length > MaxNumberLength ? Words() : Number(text, leading);
        if (string.IsNullOrWhiteSpace(comparator) || read.Kind != ValueKind.Number) return read;
        if (!TryReadComparator(comparator, out var apart) || (leading != Comparator.None && leading != apart))
            return read with { Kind = ValueKind.Contradiction };
        return read with { Comparator = apart };
    }

    private static bool TryReadComparator(string text, out Comparator comparator)
    {
        var rest = text.AsSpan().Trim();
        comparator = rest is "=" ? Comparator.None : TakeComparator(ref rest);
        return rest.Length == 0 || rest is "=";
    }

    private static Comparator TakeComparator(ref ReadOnlySpan<char> text)
    {
        foreach (var (words, comparator) in Comparators)
        {
            if (!text.StartsWith(words, StringComparison.OrdinalIgnoreCase)) continue;
            text = text[words.Length..].TrimStart();
            return comparator;
        }
        return Comparator.None;
    }

    private static ReadValue Words() => new(ValueKind.Words, 0, Comparator.None, 0, 0, Applied.None);

    private static ReadValue Number(ReadOnlySpan<char> text, Comparator comparator)
    {
        Span<char> plain = stackalloc char[MaxNumberLength];
        var shape = NumberShape.Of(text, plain, out var length, out var applied);
        if (shape != ValueKind.Number) return Words() with { Kind = shape };
        var digits = plain[..length];
        var (significant, decimals) = Precision(digits);
        if (!decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || (number == 0 && significant > 0 && HasNonZero(digits)))
            return Words() with { Kind = ValueKind.OutOfRange };
        if (significant > Significant.MaxDigits) applied |= Applied.Rounded;
        return new ReadValue(ValueKind.Number, number, comparator, significant, decimals, applied);
    }

    /// <summary>Significant digits as written (trailing zeros count, leading ones do not) and digits after the point.</summary>
    private static (byte Significant, byte Decimals) Precision(ReadOnlySpan<char> text)
    {
        int significant = 0, zeros = 0, decimals = 0;
        var afterPoint = false;
        foreach (var c in text)
        {
            if (c is 'e' or 'E') break;
            if (c == '.') { afterPoint = true; continue; }
            if (!char.IsAsciiDigit(c)) continue;
            if (afterPoint) decimals++;
            if (c == '0' && significant == 0) zeros++;
            else significant++;
        }
        // 0.00 says two decimals of nothing: its zeros are all there is to count.
        return ((byte)(significant == 0 ? Math.Max(1, zeros) : significant), (byte)decimals);
    }

    private static bool HasNonZero(ReadOnlySpan<char> text)
    {
        var mantissa = text.IndexOfAny('e', 'E') is >= 0 and var e ? text[..e] : text;
        return mantissa.IndexOfAnyInRange('1', '9') >= 0;
    }
}
