using DatacenterOst.Fhir;

namespace DatacenterOst.Features;

/// <summary>
/// A FHIRPath expression over named values: <c>%weight / (%height / 100).power(2)</c>. Pure: its clock is the index time. Missing
/// values are empty, and FHIRPath carries empty through arithmetic, so that nothing is made up of them.
/// </summary>
public sealed class FeatureExpression
{
    /// <summary>Longer formulas belong in several features with names.</summary>
    public const int MaxCharacters = 4_000;

    /// <summary>A decimal holds no more.</summary>
    private const double Largest = 7e27;

    private readonly FhirPathExpression path;

    private FeatureExpression(FhirPathExpression path, IReadOnlyList<string> names) => (this.path, Names) = (path, names);

    public string Text => path.Text;

    /// <summary>The variables that it names, each once, without the %.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <returns>Null with what is wrong and what to do.</returns>
    public static FeatureExpression? Parse(string text, out string wrong)
    {
        wrong = "";
        if (text.Length > MaxCharacters)
        {
            wrong = $"is longer than {MaxCharacters} characters; name its parts as features of their own";
            return null;
        }

        try
        {
            return new FeatureExpression(FhirPathExpression.Parse(text), VariableNames.In(text));
        }
        catch (FhirPathException problem)
        {
            wrong = $"is not a FHIRPath expression: {problem.Message}";
            return null;
        }
    }

    /// <summary>What would stop it with all values present: a wrong type, an unknown function. Null when nothing does.</summary>
    internal string? Trial(Func<string, PathValue> sample)
    {
        try
        {
            path.Evaluate(default, Surroundings(sample, DateTimeOffset.UnixEpoch));
            return null;
        }
        catch (FhirPathException problem)
        {
            return problem.Message;
        }
    }

    /// <returns>The one value, or none where the result is empty, not a single value, or has no meaning for these values.</returns>
    public PathValue Evaluate(Func<string, PathValue> variable, DateTimeOffset indexTime)
    {
        try
        {
            var values = path.Evaluate(default, Surroundings(variable, indexTime));
            return values.Count == 1 ? values[0] : default;
        }
        catch (FhirPathException)
        {
            // Data that the expression has no meaning for makes no number; the value then says that it is missing.
            return default;
        }
    }

    /// <summary>A feature as a variable: its number, exact where it is, else its word; empty when there is neither.</summary>
    internal static PathValue Variable(double? number, decimal? exact, string? text)
    {
        if (exact is { } decimals) return PathValue.Of(decimals);
        if (number is { } value) return double.IsFinite(value) && Math.Abs(value) < Largest ? PathValue.Of((decimal)value) : default;
        return text is null ? default : PathValue.Of(text);
    }

    private PathEnvironment Surroundings(Func<string, PathValue> variable, DateTimeOffset indexTime)
    {
        var variables = new Dictionary<string, PathValue>(Names.Count, StringComparer.Ordinal);
        foreach (var name in Names) variables[name] = variable(name);
        return new PathEnvironment { Variables = variables, Time = new IndexClock(indexTime) };
    }

    private sealed class IndexClock(DateTimeOffset indexTime) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => indexTime.ToUniversalTime();
    }
}
