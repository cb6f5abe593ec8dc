using System.Collections.Concurrent;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Validation;

/// <summary>An invariant with its compiled expression. Equal expressions are compiled once.</summary>
internal sealed class Invariant
{
    private static readonly ConcurrentDictionary<string, FhirPathExpression> Compiled = new(StringComparer.Ordinal);

    // The base specification has a few hundred expressions; profiles of strangers must not fill the memory.
    private const int MaxCompiled = 10_000;

    public Invariant(Constraint constraint)
    {
        Constraint = constraint;
        if (Compiled.TryGetValue(constraint.Expression, out var known)) Expression = known;
        else
        {
            Expression = FhirPathExpression.Parse(constraint.Expression);
            if (Compiled.Count < MaxCompiled) Compiled.TryAdd(constraint.Expression, Expression);
        }
    }

    public Constraint Constraint { get; }
    public FhirPathExpression Expression { get; }

    /// <summary>Null where the invariant holds; otherwise what is wrong.</summary>
    public string? Check(Element element, PathEnvironment environment)
    {
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
}
