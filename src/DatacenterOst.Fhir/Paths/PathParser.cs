using System.Globalization;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Paths;

/// <summary>Reads an expression by precedence climbing (FHIRPath N1, 6.8 Operator Precedence).</summary>
internal sealed partial class PathParser
{
    // Generous for people, small for an attacker; each level is one call.
    private const int MaxDepth = 100;
    private const int MaxLength = 20_000;
    private readonly List<PathToken> tokens = [];
    private int at;
    private int depth;

    private PathParser(string text)
    {
        if (text.Length > MaxLength) throw new FhirPathException($"The expression is longer than {MaxLength} characters", MaxLength);
        var lexer = new PathLexer(text);
        do tokens.Add(lexer.Next());
        while (tokens[^1].Kind != PathTokenKind.End);
    }

    private PathToken Current => tokens[at];

    public static PathNode Parse(string text)
    {
        var parser = new PathParser(text);
        var node = parser.Expression(0);
        return parser.Current.Kind == PathTokenKind.End ? node : throw parser.Unexpected();
    }

    private static (PathOp Op, int Level)? Operator(string word) => word switch
    {
        "implies" => (PathOp.Implies, 1),
        "or" => (PathOp.Or, 2),
        "xor" => (PathOp.Xor, 2),
        "and" => (PathOp.And, 3),
        "in" => (PathOp.In, 4),
        "contains" => (PathOp.Contains, 4),
        "=" => (PathOp.Equal, 5),
        "~" => (PathOp.Equivalent, 5),
        "!=" => (PathOp.NotEqual, 5),
        "!~" => (PathOp.NotEquivalent, 5),
        "<" => (PathOp.Less, 6),
        ">" => (PathOp.Greater, 6),
        "<=" => (PathOp.LessOrEqual, 6),
        ">=" => (PathOp.GreaterOrEqual, 6),
        "|" => (PathOp.Union, 7),
        "is" => (PathOp.Is, 8),
        "as" => (PathOp.As, 8),
        "+" => (PathOp.Add, 9),
        "-" => (PathOp.Subtract, 9),
        "&" => (PathOp.Concatenate, 9),
        "*" => (PathOp.Multiply, 10),
        "/" => (PathOp.Divide, 10),
        "div" => (PathOp.Div, 10),
        "mod" => (PathOp.Mod, 10),
        _ => null,
    };

    private PathNode Expression(int level)
    {
        if (++depth > MaxDepth) throw new FhirPathException($"The expression is nested deeper than {MaxDepth}", Current.Position);
        var left = Unary();
        while (Current.Kind is PathTokenKind.Symbol or PathTokenKind.Identifier && Operator(Current.Text) is { } found && found.Level > level)
        {
            var token = Take();
            left = found.Op is PathOp.Is or PathOp.As
                ? new PathNode { Op = found.Op, Position = token.Position, Target = left, Type = ReadType() }
                : Binary(found.Op, token, left, Expression(found.Level));
        }
        depth--;
        return left;
    }

    // A chain of & is one operation, so that no text in between is made.
    private static PathNode Binary(PathOp op, PathToken token, PathNode left, PathNode right) => op == PathOp.Concatenate && left.Op == op
        ? new PathNode { Op = op, Position = left.Position, Arguments = [.. left.Arguments, right] }
        : new PathNode { Op = op, Position = token.Position, Arguments = [left, right] };

    private PathNode Unary()
    {
        if (!IsSymbol("-") && !IsSymbol("+")) return Path();
        if (++depth > MaxDepth) throw new FhirPathException($"The expression is nested deeper than {MaxDepth}", Current.Position);
        var token = Take();
        var node = new PathNode { Op = token.Text == "-" ? PathOp.Minus : PathOp.Plus, Position = token.Position, Arguments = [Unary()] };
        depth--;
        return node;
    }

    private PathNode Path()
    {
        var node = Term();
        while (true)
        {
            if (IsSymbol("."))
            {
                Take();
                node = Invocation(node);
            }
            else if (IsSymbol("["))
            {
                var token = Take();
                var index = Expression(0);
                Expect("]");
                node = new PathNode { Op = PathOp.Indexer, Position = token.Position, Target = node, Arguments = [index] };
            }
            else return node;
        }
    }

    private PathNode Term()
    {
        var token = Current;
        switch (token.Kind)
        {
            case PathTokenKind.Text:
                Take();
                return Constant(PathValue.Of(token.Text), token);
            case PathTokenKind.Number:
                return Number();
            case PathTokenKind.Date or PathTokenKind.DateTime or PathTokenKind.Time:
                return Constant(TimeLiteral(Take()), token);
            case PathTokenKind.External:
                Take();
                return new PathNode { Op = PathOp.Variable, Position = token.Position, Name = token.Text };
            case PathTokenKind.Identifier when token.Text is "true" or "false":
                Take();
                return Constant(PathValue.Of(token.Text == "true"), token);
            case PathTokenKind.Identifier or PathTokenKind.Delimited:
                return Invocation(null);
        }
        if (token.Kind != PathTokenKind.Symbol) throw Unexpected();
        return Bracketed(token);
    }

    private PathNode Bracketed(PathToken token)
    {
        switch (token.Text)
        {
            case "(":
                Take();
                var inner = Expression(0);
                Expect(")");
                return inner;
            case "{":
                Take();
                Expect("}");
                return new PathNode { Op = PathOp.Empty, Position = token.Position };
            case "$this" or "$index" or "$total":
                Take();
                return new PathNode { Op = token.Text switch { "$this" => PathOp.This, "$index" => PathOp.Index, _ => PathOp.Total }, Position = token.Position };
            default:
                throw Unexpected();
        }
    }

    private PathNode Number()
    {
        var token = Take();
        if (!decimal.TryParse(token.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) throw new FhirPathException($"{token.Text} has too many digits", token.Position);
        if (Current.Kind == PathTokenKind.Text) return Constant(PathValue.Of(new PathQuantity(value, Take().Text, false)), token);
        if (Current.Kind == PathTokenKind.Identifier && PathQuantity.CalendarWord(Current.Text) is { } word)
        {
            Take();
            return Constant(PathValue.Of(new PathQuantity(value, word, true)), token);
        }
        if (token.Text.Contains('.', StringComparison.Ordinal)) return Constant(PathValue.Of(value), token);
        return value <= int.MaxValue ? Constant(PathValue.Of((int)value), token) : throw new FhirPathException($"{token.Text} is larger than an integer; write {token.Text}.0", token.Position);
    }

    private static PathValue TimeLiteral(PathToken token)
    {
        var (kind, text) = token.Kind switch
        {
            PathTokenKind.Time => (PathKind.Time, token.Text[1..]),
            PathTokenKind.DateTime => (PathKind.DateTime, token.Text),
            _ => (PathKind.Date, token.Text),
        };
        return Temporal.TryParse(kind, text) is { } value ? PathValue.Of(value)
            : throw new FhirPathException($"@{token.Text} is not a date or time; write @2026-03-01, @2026-03-01T08:00:00+01:00 or @T08:00", token.Position);
    }
}
