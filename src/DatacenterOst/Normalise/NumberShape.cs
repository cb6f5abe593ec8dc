using System.Buffers;

namespace DatacenterOst.Normalise;

/// <summary>
/// Decides which signs of a number are decimal marks and which part thousands, and writes the number plainly.
/// A point is a decimal point, as in FHIR, v2 and CSV; a comma is a decimal comma, unless it could part thousands:
/// <c>1,234</c> may be 1.234 or 1234, and a wrong guess is a factor of a thousand.
/// </summary>
internal static class NumberShape
{
    private static readonly SearchValues<char> Marked = SearchValues.Create("0123456789.,");

    public static ValueKind Of(ReadOnlySpan<char> text, Span<char> plain, out int length, out Applied applied)
    {
        (length, applied) = (0, Applied.None);
        var exponentAt = text.IndexOfAny('e', 'E');
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        var exponent = exponentAt < 0 ? default : text[exponentAt..];
        if (exponentAt >= 0 && !IsExponent(exponent[1..])) return ValueKind.Words;
        var sign = mantissa.Length > 0 && mantissa[0] is '-' or '+' or '−' ? mantissa[..1] : default;
        var body = mantissa[sign.Length..];
        if (body.Length == 0 || body.IndexOfAnyExcept(Marked) >= 0 || body.IndexOfAnyInRange('0', '9') < 0) return ValueKind.Words;
        var kind = Marks(body, out var decimalMark, out var thousands);
        if (kind != ValueKind.Number) return kind;
        if (decimalMark == ',') applied |= Applied.DecimalComma;
        if (thousands != '\0') applied |= Applied.Thousands;
        if (sign.Length > 0 && sign[0] != '+') plain[length++] = '-';
        foreach (var c in body)
            if (c != thousands) plain[length++] = c == decimalMark ? '.' : c;
        exponent.CopyTo(plain[length..]);
        length += exponent.Length;
        return ValueKind.Number;
    }

    private static bool IsExponent(ReadOnlySpan<char> text)
    {
        if (text.Length > 0 && text[0] is '-' or '+') text = text[1..];
        return text.Length is > 0 and <= 9 && text.IndexOfAnyExceptInRange('0', '9') < 0;
    }

    private static ValueKind Marks(ReadOnlySpan<char> body, out char decimalMark, out char thousands)
    {
        (decimalMark, thousands) = ('\0', '\0');
        int points = body.Count('.'), commas = body.Count(',');
        if (points == 0 && commas == 0) return ValueKind.Number;
        if (points == 1 && commas == 0) return Single(body, '.', ref decimalMark);
        if (commas == 1 && points == 0)
        {
            // 0,123 has a zero before the comma and 12345,678 too many digits: neither can be thousands.
            var at = body.IndexOf(',');
            var isThousands = body.Length - at - 1 == 3 && at is >= 1 and <= 3 && body[0] != '0';
            return isThousands ? ValueKind.Ambiguous : Single(body, ',', ref decimalMark);
        }
        // Two different marks, or one repeated: the repeated or first one parts thousands, in whole groups of three.
        var last = body.LastIndexOfAny('.', ',');
        var isMixed = points > 0 && commas > 0;
        thousands = isMixed ? (body[last] == '.' ? ',' : '.') : body[last];
        decimalMark = isMixed ? body[last] : '\0';
        if (isMixed && body.Count(decimalMark) > 1) return ValueKind.Words;
        return IsGrouped(isMixed ? body[..last] : body, thousands) && last < body.Length - 1 ? ValueKind.Number : ValueKind.Words;
    }

    private static ValueKind Single(ReadOnlySpan<char> body, char mark, ref char decimalMark)
    {
        if (body[^1] == mark) return ValueKind.Words;
        decimalMark = mark;
        return ValueKind.Number;
    }

    private static bool IsGrouped(ReadOnlySpan<char> whole, char mark)
    {
        var first = whole.IndexOf(mark);
        if (first is < 1 or > 3 || whole[0] == '0') return false;
        for (var rest = whole[first..]; rest.Length > 0; rest = rest[4..])
            if (rest.Length < 4 || rest[0] != mark || rest[1..4].IndexOfAnyExceptInRange('0', '9') >= 0) return false;
        return true;
    }
}
