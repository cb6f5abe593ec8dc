using System.Globalization;
using System.Text;

namespace DatacenterOst.Fhir.Units;

/// <summary>Reads a UCUM term (UCUM §2–12, case sensitive codes).</summary>
internal ref struct UnitParser
{
    // Longer or deeper is no unit that anyone writes, and keeps exact factors small.
    public const int MaxLength = 256;
    private const int MaxDepth = 16;
    private const int MaxExponent = 99;
    private readonly ReadOnlySpan<char> text;
    private readonly UnitTable table;
    private int at;
    private int depth;
    private StringBuilder? display;

    private UnitParser(string code, UnitTable table)
    {
        text = code;
        this.table = table;
    }

    public static UnitTerm Parse(string code, UnitTable table)
    {
        if (code.Length == 0) throw new UcumException("The unit is empty; write 1 for a pure number");
        if (code.Length > MaxLength) throw new UcumException($"The unit is longer than {MaxLength} characters");
        var parser = new UnitParser(code, table);
        var term = parser.Term();
        if (parser.at < code.Length) throw parser.Error($"'{code[parser.at]}' is not expected here");
        return term;
    }

    /// <summary>The unit in words, "(meter ^ 3) * (kilogram ^ -1)", as UCUM's functional tests ask for it.</summary>
    public static string Display(string code, UnitTable table)
    {
        if (code.Length == 0) return "(unity)";
        var parser = new UnitParser(code, table) { display = new StringBuilder() };
        parser.Term();
        return parser.display.ToString();
    }

    private UnitTerm Term()
    {
        var inverse = at < text.Length && text[at] == '/';
        if (inverse) at++;
        if (inverse) display?.Append("1 / ");
        var result = Component();
        if (inverse) result = result.Power(-1);
        while (at < text.Length && text[at] is '.' or '/')
        {
            var divide = text[at++] == '/';
            display?.Append(divide ? " / " : " * ");
            var component = Component();
            result = result.Times(divide ? component.Power(-1) : component);
        }
        return result;
    }

    private UnitTerm Component()
    {
        if (at == text.Length) throw Error("A unit is expected after the last sign");
        if (text[at] == '{')
        {
            Annotation();
            display?.Append("(unity)");
            return UnitTerm.One;
        }
        var term = text[at] == '(' ? Group() : Symbol();
        if (at < text.Length && text[at] == '{') Annotation();
        return term;
    }

    private UnitTerm Group()
    {
        if (++depth > MaxDepth) throw Error($"Parentheses are nested deeper than {MaxDepth}");
        at++;
        display?.Append('(');
        var term = Term();
        display?.Append(')');
        if (at == text.Length || text[at] != ')') throw Error("A ')' is missing");
        at++;
        depth--;
        return term;
    }

    private void Annotation()
    {
        var length = text[at..].IndexOf('}');
        if (length < 0) throw Error("A '}' is missing");
        foreach (var c in text.Slice(at + 1, length - 1))
            if (c is < '!' or > '~' or '{') throw Error("An annotation in { } has only printable ASCII characters without blanks");
        at += length + 1;
    }

    private UnitTerm Symbol()
    {
        var start = at;
        for (var inBrackets = false; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '[' && !inBrackets) inBrackets = true;
            else if (c == ']' && inBrackets) inBrackets = false;
            else if (!inBrackets && c is '.' or '/' or '(' or ')' or '{' or '}') break;
            else if (c is < '!' or > '~') throw Error("A unit has no blanks and only ASCII characters");
        }
        var symbol = text[start..at];
        if (symbol.Length == 0) throw Error(at < text.Length ? $"'{text[at]}' is not expected here" : "A unit is expected");
        if (!symbol.ContainsAnyExceptInRange('0', '9')) return Factor(symbol);
        var digits = symbol.Length;
        while (digits > 0 && char.IsAsciiDigit(symbol[digits - 1])) digits--;
        var name = digits;
        if (digits < symbol.Length && digits > 0 && symbol[digits - 1] is '+' or '-') name--;
        var exponent = 1;
        if (digits < symbol.Length && (!int.TryParse(symbol[name..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || Math.Abs(exponent) > MaxExponent))
            throw Error($"The exponent {symbol[name..]} is too large");
        return Atom(symbol[..(digits < symbol.Length ? name : symbol.Length)].ToString(), exponent).Power(exponent);
    }

    private readonly UnitTerm Factor(ReadOnlySpan<char> digits)
    {
        if (digits.Length > 20) throw Error("The number has more than 20 digits");
        var value = Rational.Parse(digits.ToString());
        display?.Append(digits);
        if (value.Numerator.IsZero) throw Error("A unit cannot be zero");
        return UnitTerm.Number(value);
    }

    private readonly UnitTerm Atom(string symbol, int exponent)
    {
        if (!table.TryFind(symbol, out var prefix, out var atom)) throw Error($"'{symbol}' is not a unit of UCUM{UnitHints.For(symbol)}");
        display?.Append(CultureInfo.InvariantCulture, $"({prefix?.Name}{atom.Name}{(exponent == 1 ? "" : $" ^ {exponent}")})");
        var term = table.Resolve(atom);
        return prefix is null ? term : term.Scale(prefix.Factor);
    }

    private readonly UcumException Error(string problem) =>
        new($"{problem} (in '{text}', character {Math.Min(at + 1, text.Length + 1).ToString(CultureInfo.InvariantCulture)})");
}
