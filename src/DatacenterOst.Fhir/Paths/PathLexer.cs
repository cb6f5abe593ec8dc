using System.Globalization;
using System.Text;

namespace DatacenterOst.Fhir.Paths;

internal enum PathTokenKind { End, Identifier, Delimited, Text, Number, Date, DateTime, Time, Symbol, External }

internal readonly record struct PathToken(PathTokenKind Kind, string Text, int Position);

/// <summary>Splits an expression into tokens (FHIRPath N1, Appendix B).</summary>
internal ref struct PathLexer(string text)
{
    private readonly string text = text;
    private int at;

    public PathToken Next()
    {
        SkipBlanks();
        var start = at;
        if (at == text.Length) return new PathToken(PathTokenKind.End, "", start);
        var c = text[at];
        if (char.IsAsciiLetter(c) || c == '_') return new PathToken(PathTokenKind.Identifier, Word(), start);
        if (char.IsAsciiDigit(c)) return new PathToken(PathTokenKind.Number, Number(), start);
        return c switch
        {
            '\'' => new PathToken(PathTokenKind.Text, Quoted('\''), start),
            '`' or '"' => new PathToken(PathTokenKind.Delimited, Quoted(c), start),
            '@' => Time(start),
            '%' => External(start),
            '$' => Dollar(start),
            _ => Symbol(start),
        };
    }

    private void SkipBlanks()
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at])) at++;
            else if (Follows("//"))
            {
                var end = text.AsSpan(at).IndexOfAny('\n', '\r');
                at = end < 0 ? text.Length : at + end;
            }
            else if (Follows("/*"))
            {
                var end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                if (end < 0) throw new FhirPathException("The comment has no end; add */", at);
                at = end + 2;
            }
            else return;
        }
    }

    private readonly bool Follows(string word) => string.CompareOrdinal(text, at, word, 0, word.Length) == 0;

    private string Word()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_')) at++;
        return text[start..at];
    }

    private string Number()
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            at++;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        }
        return text[start..at];
    }

    private PathToken Time(int start)
    {
        at++;
        var from = at;
        if (at < text.Length && text[at] == 'T') at++;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is '-' or ':' or 'T' or 'Z' || (text[at] is '+' or '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))) at++;
        var value = text[from..at];
        var kind = value.StartsWith('T') ? PathTokenKind.Time : value.Contains('T', StringComparison.Ordinal) ? PathTokenKind.DateTime : PathTokenKind.Date;
        return new PathToken(kind, value, start);
    }

    private PathToken External(int start)
    {
        at++;
        if (at == text.Length) throw new FhirPathException("A name is expected after %", start);
        var name = text[at] is '`' or '\'' or '"' ? Quoted(text[at]) : Word();
        return name.Length == 0 ? throw new FhirPathException("A name is expected after %", start) : new PathToken(PathTokenKind.External, name, start);
    }

    private PathToken Dollar(int start)
    {
        at++;
        var word = Word();
        return word is "this" or "index" or "total" ? new PathToken(PathTokenKind.Symbol, "$" + word, start)
            : throw new FhirPathException("After $ only this, index or total may stand", start);
    }

    private PathToken Symbol(int start)
    {
        foreach (var two in (ReadOnlySpan<string>)["<=", ">=", "!=", "!~"])
        {
            if (!Follows(two)) continue;
            at += 2;
            return new PathToken(PathTokenKind.Symbol, two, start);
        }
        if (!".[](){}+-*/&|<>=~,".Contains(text[at], StringComparison.Ordinal)) throw new FhirPathException($"'{text[at]}' is not expected here", at);
        return new PathToken(PathTokenKind.Symbol, text[at++].ToString(), start);
    }

    private string Quoted(char quote)
    {
        var start = at++;
        var result = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] != '\\') { result.Append(text[at++]); continue; }
            if (++at == text.Length) break;
            result.Append(Escape());
        }
        if (at >= text.Length) throw new FhirPathException($"The text has no end; add {quote}", start);
        at++;
        return result.ToString();
    }

    private char Escape()
    {
        var c = text[at++];
        switch (c)
        {
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'f': return '\f';
            case 'u' when at + 4 <= text.Length && int.TryParse(text.AsSpan(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                at += 4;
                return (char)code;
            // R4's own invariants escape characters that need none ('\\.' written as '\.'), so that the rest stand for themselves.
            default: return c;
        }
    }
}
