using System.Globalization;

namespace DatacenterOst.Fhir.Paths;

/// <summary>lowBoundary, highBoundary, precision and comparable (FHIRPath 2.1): the least and greatest value that what was written may mean.</summary>
internal static class BoundaryFunctions
{
    private const int DecimalDigits = 8;
    private const int MostDigits = 28;

    public static IEnumerable<FunctionEntry> All { get; } =
    [
        new("lowBoundary", 0, 1, static (Evaluation r, PathNode n, in Scope s, int b) => Boundary(r, n, s, b, false)),
        new("highBoundary", 0, 1, static (Evaluation r, PathNode n, in Scope s, int b) => Boundary(r, n, s, b, true)),
        new("precision", 0, 0, Precision), new("comparable", 1, 1, Comparable),
    ];

    private static void Boundary(Evaluation run, PathNode node, in Scope scope, int start, bool high)
    {
        var value = run.Single(start, node).ToSystem();
        var digits = node.Arguments.Length == 1 ? run.Integer(node.Arguments[0], scope) : null;
        run.Return(start, value.Kind switch
        {
            PathKind.None => default,
            PathKind.Integer or PathKind.Decimal => Number(value.Number, digits ?? DecimalDigits, high) is { } number ? PathValue.Of(number) : default,
            PathKind.Quantity => Number(value.Quantity.Value, digits ?? DecimalDigits, high) is { } amount ? PathValue.Of(value.Quantity with { Value = amount }) : default,
            PathKind.Date or PathKind.DateTime or PathKind.Time => Time(value.Temporal, digits, high) is { } time ? PathValue.Of(time) : default,
            _ => throw new FhirPathException($"{node.Name}() does not work on a {Operators.Name(value)}", node.Position),
        });
    }

    /// <summary>Half a step of the last digit below or above, then down or up to the digits asked for.</summary>
    private static decimal? Number(decimal value, int digits, bool high)
    {
        if (digits is < 0 or > MostDigits) return null;
        var half = new decimal(5, 0, 0, false, (byte)Math.Min(MostDigits, value.Scale + 1));
        try
        {
            var edge = high ? value + half : value - half;
            var scale = new decimal(1, 0, 0, false, (byte)digits);
            var steps = digits >= edge.Scale ? edge / scale : high ? Math.Ceiling(edge / scale) : Math.Floor(edge / scale);
            return steps * scale + new decimal(0, 0, 0, false, (byte)digits);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static Temporal? Time(Temporal value, int? digits, bool high)
    {
        var wanted = digits ?? value.Kind switch { PathKind.Date => 8, PathKind.Time => 9, _ => 17 };
        var local = value.Value.Local;
        if (high) local = End(value).AddTicks(value.Value.Precision >= DateTimePrecision.Fraction ? 0 : -1);
        var offset = value.Value.HasOffset ? value.ToString()[value.ToString().LastIndexOfAny(['Z', '+', '-'])..] : high ? "-12:00" : "+14:00";
        if (value.Kind == PathKind.Time)
        {
            var time = wanted switch { 2 => "HH", 4 => "HH:mm", 6 => "HH:mm:ss", 9 => "HH:mm:ss.fff", _ => null };
            return time is null ? null : Temporal.TryParse(PathKind.Time, local.ToString(time, CultureInfo.InvariantCulture));
        }
        var format = wanted switch { 4 => "yyyy", 6 => "yyyy-MM", 8 => "yyyy-MM-dd", 10 => "yyyy-MM-ddTHH", 12 => "yyyy-MM-ddTHH:mm", 14 => "yyyy-MM-ddTHH:mm:ss", 17 => "yyyy-MM-ddTHH:mm:ss.fff", _ => null };
        if (format is null) return null;
        var text = local.ToString(format, CultureInfo.InvariantCulture) + (wanted > 8 ? offset : "");
        return Temporal.TryParse(wanted > 8 ? PathKind.DateTime : value.Kind, text);
    }

    private static DateTime End(Temporal value) => value.Value.Precision switch
    {
        DateTimePrecision.Year => new DateTime(value.Value.Local.Year, 12, 31).AddDays(1),
        DateTimePrecision.Month => value.Value.Local.AddMonths(1),
        DateTimePrecision.Day => value.Value.Local.AddDays(1),
        DateTimePrecision.Hour => value.Value.Local.AddHours(1),
        DateTimePrecision.Minute => value.Value.Local.AddMinutes(1),
        DateTimePrecision.Second => value.Value.Local.AddSeconds(1),
        _ => value.Value.Local,
    };

    private static void Precision(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var value = run.Single(start, node).ToSystem();
        if (value.Kind == PathKind.None) return;
        var digits = value.IsNumber ? value.Number.Scale : value.IsTemporal ? TimeDigits(value.Temporal) : (int?)null;
        run.Return(start, digits is { } known ? PathValue.Of(known) : throw new FhirPathException($"precision() does not work on a {Operators.Name(value)}", node.Position));
    }

    private static int TimeDigits(Temporal value)
    {
        var text = value.ToString();
        var end = value.Value.HasOffset ? text.LastIndexOfAny(['Z', '+', '-']) : text.Length;
        return text[..end].Count(char.IsAsciiDigit);
    }

    private static void Comparable(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var value = run.Single(start, node).ToSystem();
        var other = run.Value(node.Arguments[0], scope);
        var (a, b) = (Equality.AsQuantity(value), Equality.AsQuantity(other));
        run.Return(start, a is null || b is null ? default : PathValue.Of(a.IsComparableWith(b)));
    }
}
