using System.Globalization;

namespace DatacenterOst.Fhir.Paths;

/// <summary>toX() and convertsToX() (FHIRPath N1, 5.5).</summary>
internal static class ConversionFunctions
{
    public static IEnumerable<FunctionEntry> All { get; } =
        new (string Name, Func<PathValue, PathValue> Convert)[]
        {
            ("Boolean", ToBoolean), ("Integer", ToInteger), ("Decimal", ToDecimal), ("String", ToText), ("Quantity", ToQuantity),
            ("Date", static v => ToTime(PathKind.Date, v)), ("DateTime", static v => ToTime(PathKind.DateTime, v)), ("Time", static v => ToTime(PathKind.Time, v)),
        }.SelectMany(c => new[]
        {
            new FunctionEntry("to" + c.Name, 0, c.Name == "Quantity" ? 1 : 0, (Evaluation run, PathNode node, in Scope scope, int start) => To(run, node, scope, start, c.Convert)),
            new FunctionEntry("convertsTo" + c.Name, 0, c.Name == "Quantity" ? 1 : 0, (Evaluation run, PathNode node, in Scope scope, int start) => Converts(run, node, start, c.Convert)),
        });

    private static void To(Evaluation run, PathNode node, in Scope scope, int start, Func<PathValue, PathValue> convert)
    {
        var result = convert(run.Single(start, node).ToSystem());
        if (node.Arguments.Length == 1 && result.Kind == PathKind.Quantity && run.Text(node.Arguments[0], scope) is { } unit)
            result = result.Quantity.ValueIn(new PathQuantity(0, unit, false)) is { } value ? PathValue.Of(new PathQuantity(value, unit, false)) : default;
        run.Return(start, result);
    }

    private static void Converts(Evaluation run, PathNode node, int start, Func<PathValue, PathValue> convert)
    {
        var value = run.Single(start, node).ToSystem();
        run.Return(start, value.Kind == PathKind.None ? default : PathValue.Of(convert(value).Kind != PathKind.None));
    }

    private static PathValue ToBoolean(PathValue value) => value.Kind switch
    {
        PathKind.Boolean => value,
        PathKind.Integer or PathKind.Decimal => value.Number == 1 ? PathValue.Of(true) : value.Number == 0 ? PathValue.Of(false) : default,
        PathKind.String => value.Text.ToLowerInvariant() switch
        {
            "true" or "t" or "yes" or "y" or "1" or "1.0" => PathValue.Of(true),
            "false" or "f" or "no" or "n" or "0" or "0.0" => PathValue.Of(false),
            _ => default,
        },
        _ => default,
    };

    private static PathValue ToInteger(PathValue value) => value.Kind switch
    {
        PathKind.Integer => value,
        PathKind.Boolean => PathValue.Of(value.Index),
        PathKind.String => int.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? PathValue.Of(number) : default,
        _ => default,
    };

    private static PathValue ToDecimal(PathValue value) => value.Kind switch
    {
        PathKind.Decimal => value,
        PathKind.Integer or PathKind.Boolean => PathValue.Of(value.Number),
        PathKind.String => decimal.TryParse(value.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? PathValue.Of(number) : default,
        _ => default,
    };

    private static PathValue ToText(PathValue value) => value.Kind is PathKind.None or PathKind.Element or PathKind.Type ? default : PathValue.Of(value.ToString());

    private static PathValue ToQuantity(PathValue value) => value.Kind switch
    {
        PathKind.Quantity => value,
        PathKind.Integer or PathKind.Decimal or PathKind.Boolean => PathValue.Of(new PathQuantity(value.Number, "1", false)),
        PathKind.String => PathQuantity.TryParse(value.Text) is { } quantity ? PathValue.Of(quantity) : default,
        _ => default,
    };

    private static PathValue ToTime(PathKind kind, PathValue value)
    {
        if (value.Kind == kind) return value;
        if (value.Kind == PathKind.DateTime && kind == PathKind.Date) return PathValue.Of(Temporal.TryParse(kind, value.ToString()[..Math.Min(10, value.ToString().Length)])!);
        if (value.Kind == PathKind.Date && kind == PathKind.DateTime) return PathValue.Of(Temporal.Of(kind, value.Temporal.Value));
        if (value.Kind != PathKind.String || value.Text.Length < 2) return default;
        return Temporal.TryParse(kind, value.Text) is { } time ? PathValue.Of(time) : default;
    }
}
