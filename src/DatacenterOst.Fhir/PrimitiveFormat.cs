using System.Buffers;
using System.Buffers.Text;
using System.Text;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir;

/// <summary>The lexical rules of the primitive types (FHIR R4, 2.24.0.1), on UTF-8 text without escapes.</summary>
internal static class PrimitiveFormat
{
    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t\r\n\f\v"u8);
    private static readonly SearchValues<byte> IdBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."u8);
    private static readonly SearchValues<byte> Base64Bytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"u8);
    private static readonly SearchValues<byte> Controls = SearchValues.Create([0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]);

    /// <summary>What is wrong with the text, in plain words, or null where the type allows it.</summary>
    public static string? Problem(Primitive type, ReadOnlySpan<byte> text)
    {
        if (text.Length == 0) return "must not be empty; leave the element out instead";
        return type switch
        {
            Primitive.Boolean => text.SequenceEqual("true"u8) || text.SequenceEqual("false"u8) ? null : "must be true or false",
            Primitive.Integer => IsInteger(text, int.MinValue) ? null : "must be a whole number between -2147483648 and 2147483647",
            Primitive.UnsignedInt => IsInteger(text, 0) ? null : "must be a whole number from 0 to 2147483647",
            Primitive.PositiveInt => IsInteger(text, 1) ? null : "must be a whole number from 1 to 2147483647",
            Primitive.Decimal => DecimalProblem(text),
            Primitive.String or Primitive.Markdown or Primitive.Xhtml => text.ContainsAny(Controls) ? "contains a control character; remove it" : null,
            Primitive.Code => IsCode(text) ? null : "is not a code; a code has no blanks at its ends and only single blanks inside",
            // HL7 itself publishes an id of 66 characters, so that the length is left to validation.
            Primitive.Id => !text.ContainsAnyExcept(IdBytes) ? null : "is not an id; an id has 1 to 64 letters, digits, '-' and '.'",
            Primitive.Uri or Primitive.Url or Primitive.Canonical => text.ContainsAny(Blanks) ? "is not a URI; a URI has no blanks" : null,
            Primitive.Oid => IsOid(text) ? null : "is not an OID; write urn:oid: and numbers with dots, urn:oid:2.16.840.1",
            Primitive.Uuid => IsUuid(text) ? null : "is not a UUID; write urn:uuid: and 32 hexadecimal digits in lower case with hyphens",
            Primitive.Base64Binary => IsBase64(text) ? null : "is not base64; its length must be a multiple of 4 and its characters A-Z a-z 0-9 + / =",
            Primitive.Time => FhirDateTime.IsTime(text) ? null : "is not a time; write hh:mm:ss",
            _ => DateProblem(type, text),
        };
    }

    private static string? DateProblem(Primitive type, ReadOnlySpan<byte> text)
    {
        if (!FhirDateTime.TryParse(text, out var value, out var problem)) return problem;
        if (value.Precision is DateTimePrecision.Hour or DateTimePrecision.Minute) return "has a time without seconds; write hh:mm:ss";
        var hasTime = value.Precision >= DateTimePrecision.Second;
        return type switch
        {
            Primitive.Date when hasTime => "is a date and must not have a time",
            Primitive.Instant when !hasTime => "must be an instant: date, time and offset, 2026-03-01T08:00:00+01:00",
            Primitive.Instant or Primitive.DateTime when hasTime && value.Offset is null => "has a time without an offset; add Z or +01:00",
            _ => null,
        };
    }

    private static bool IsInteger(ReadOnlySpan<byte> text, int least)
    {
        var digits = text[0] == '-' ? text[1..] : text;
        if (digits.Length == 0 || (digits[0] == '0' && digits.Length > 1)) return false;
        return Utf8Parser.TryParse(text, out int value, out var used) && used == text.Length && value >= least && digits[0] is >= (byte)'0' and <= (byte)'9';
    }

    private static string? DecimalProblem(ReadOnlySpan<byte> text)
    {
        var at = text[0] == '-' ? 1 : 0;
        var whole = Digits(text, at);
        if (whole == 0 || (whole > 1 && text[at] == '0')) return NotDecimal;
        at += whole;
        if (at < text.Length && text[at] == '.')
        {
            var fraction = Digits(text, at + 1);
            if (fraction == 0) return NotDecimal;
            at += 1 + fraction;
        }
        if (at < text.Length && text[at] is (byte)'e' or (byte)'E')
        {
            at++;
            if (at < text.Length && text[at] is (byte)'+' or (byte)'-') at++;
            var exponent = Digits(text, at);
            if (exponent == 0) return NotDecimal;
            at += exponent;
        }
        if (at != text.Length) return NotDecimal;
        // Beyond a double nothing else in health care can hold the number either; it is a mistake, not a measurement.
        if (text.Length < 300 && !text.ContainsAny((byte)'e', (byte)'E')) return null;
        return Utf8Parser.TryParse(text, out double value, out _) && double.IsFinite(value) && text.Length <= 1000
            ? null : "is too large a number; the largest is 1.7E308 with at most 1000 digits";
    }

    private const string NotDecimal = "must be a decimal number such as 5.50 or -1.2E-3";

    private static int Digits(ReadOnlySpan<byte> text, int start)
    {
        var length = text[start..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return length < 0 ? text.Length - start : length;
    }

    private static bool IsCode(ReadOnlySpan<byte> text)
    {
        if (!text.ContainsAny(Blanks)) return true;
        if (Blanks.Contains(text[0]) || Blanks.Contains(text[^1])) return false;
        for (var i = 1; i < text.Length; i++)
            if (Blanks.Contains(text[i]) && Blanks.Contains(text[i - 1])) return false;
        return true;
    }

    private static bool IsOid(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("urn:oid:"u8)) return false;
        text = text[8..];
        if (text.Length < 3 || text[0] is < (byte)'0' or > (byte)'2' || text[1] != '.') return false;
        for (var at = 2; ;)
        {
            var digits = Digits(text, at);
            if (digits == 0 || (digits > 1 && text[at] == '0')) return false;
            at += digits;
            if (at == text.Length) return true;
            if (text[at++] != '.') return false;
        }
    }

    private static bool IsUuid(ReadOnlySpan<byte> text)
    {
        if (text.Length != 45 || !text.StartsWith("urn:uuid:"u8)) return false;
        text = text[9..];
        for (var i = 0; i < 36; i++)
        {
            var isHyphen = i is 8 or 13 or 18 or 23;
            if (isHyphen ? text[i] != '-' : text[i] is not ((>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'f'))) return false;
        }
        return true;
    }

    private static bool IsBase64(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAnyExcept(Base64Bytes)) return false;
        var count = 0;
        foreach (var b in text)
            if (b > ' ') count++;
        return count > 0 && count % 4 == 0;
    }
}
