using System.Collections.Concurrent;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Validation;

/// <summary>An invariant with its compiled expression. Equal expressions are compiled once.</summary>
internal sealed class Invariant
{
    private static readonly ConcurrentDictionary<string, FhirPathExpression> Compiled = new(StringComparer.Ordinal);

    // The base specification has a few hundred expressions; profiles of strangers must not fill the memory.
    private const int MaxCompiled = 10_000;

    private readonly string fault = "";

    public Invariant(Constraint constraint)
    {
        Constraint = constraint;
        if (Compiled.TryGetValue(constraint.Expression, out var known)) Expression = known;
        else
        {
            (Expression, fault) = Parse(constraint.Expression);
            if (Expression is not null && Compiled.Count < MaxCompiled) Compiled.TryAdd(constraint.Expression, Expression);
        }
    }

    public Constraint Constraint { get; }

    /// <summary>Null where the expression, a profile's, cannot be read.</summary>
    public FhirPathExpression? Expression { get; }

    /// <summary>Null where the invariant holds; otherwise what is wrong.</summary>
    public string? Check(Element element, PathEnvironment environment)
    {
        if (Expression is null) return $"{Constraint.Human} (the rule could not be read: {fault})";
        try
        {
            var values = Expression.Evaluate(element, environment);
            return values.Count == 1 && (values[0].AsBoolean() ?? true) ? null : values.Count == 0 ? null : Constraint.Human;
        }
        catch (FhirPathException e)
        {
            return $"{Constraint.Human} (the rule could not be evaluated: {e.Message})";
        }
    }

    private static (FhirPathExpression? Expression, string Fault) Parse(string text)
    {
        try
        {
            return (FhirPathExpression.Parse(text), "");
        }
        catch (FhirPathException e)
        {
            return (null, e.Message);
        }
    }
}
