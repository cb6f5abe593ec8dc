using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Features;

/// <summary>Features made of features above them. They name the facts of all that they are made of.</summary>
internal static class Derivation
{
    public static Aggregate OfTwo(FeatureDefinition feature, FeatureValue[] values, decimal?[] exact)
    {
        var (left, right) = (values[feature.First], values[feature.Second]);
        if (left.Number is not { } first || right.Number is not { } second) return Aggregate.None(MissingReason.DependsOnMissing);

        Fact[] facts = [.. left.Facts, .. right.Facts];
        if (feature.Take == Take.Ratio && second == 0)
            return new Aggregate(null, null, null, left.At, facts, MissingReason.Implausible);

        var result = feature.Take == Take.Delta
            ? Exact.Difference(exact[feature.First], exact[feature.Second])
            : Exact.Quotient(exact[feature.First], exact[feature.Second]);
        if (result is { } decimals) return Aggregate.Of(decimals, left.At, facts);
        return new Aggregate(null, feature.Take == Take.Delta ? first - second : first / second, null, left.At, facts, MissingReason.NotMissing);
    }

    public static Aggregate AnyOf(FeatureDefinition feature, FeatureValue[] values, decimal?[] exact)
    {
        foreach (var place in feature.Of)
        {
            var value = values[place];
            if (!value.IsMissing) return new Aggregate(exact[place], value.Number, value.Text, value.At, value.Facts, MissingReason.NotMissing);
        }

        return Aggregate.None(MissingReason.DependsOnMissing);
    }

    public static Aggregate Expression(FeatureDefinition feature, FeatureValue[] values, decimal?[] exact, DateTimeOffset indexTime)
    {
        var expression = feature.Expression!;
        var result = expression.Evaluate(name => Variable(feature, name), indexTime);
        var (facts, at, missing) = Inputs(feature, values);
        return result.Kind switch
        {
            PathKind.Integer or PathKind.Decimal => Aggregate.Of(result.AsDecimal()!.Value, at, facts),
            PathKind.Boolean => Aggregate.Of(result.AsBoolean() == true ? 1 : 0, at, facts),
            PathKind.String => new Aggregate(null, null, result.ToString(), at, facts, MissingReason.NotMissing),
            _ => Aggregate.None(missing ? MissingReason.DependsOnMissing : MissingReason.Implausible),
        };

        PathValue Variable(FeatureDefinition derived, string name)
        {
            for (var i = 0; i < derived.Of.Count; i++)
            {
                var place = derived.Of[i];
                if (expression.Names[i] == name) return FeatureExpression.Variable(values[place].Number, exact[place], values[place].Text);
            }

            return default;
        }
    }

    /// <summary>
    /// Restricted cubic spline as Harrell writes it (Regression Modeling Strategies, 2.4.5; R's <c>Hmisc::rcspline.eval</c> with norm 2):
    /// straight beyond the outer knots, and divided by the square of their distance.
    /// </summary>
    public static Aggregate Spline(FeatureDefinition feature, FeatureValue[] values)
    {
        var value = values[feature.Of[0]];
        if (value.Number is not { } x) return Aggregate.None(MissingReason.DependsOnMissing);

        var knots = feature.Knots;
        var (own, last, before) = (knots[feature.Part - 1], knots[^1], knots[^2]);
        var part = Cube(x - own)
            - (Cube(x - before) * (last - own) / (last - before))
            + (Cube(x - last) * (before - own) / (last - before));
        var width = last - knots[0];
        return new Aggregate(null, part / (width * width), null, value.At, value.Facts, MissingReason.NotMissing);

        static double Cube(double above) => above > 0 ? above * above * above : 0;
    }

    // The time of a derived value is known only when one of its parts alone has a time.
    private static (IReadOnlyList<Fact> Facts, DateTimeOffset? At, bool Missing) Inputs(FeatureDefinition feature, FeatureValue[] values)
    {
        var facts = new List<Fact>();
        var seen = new HashSet<Fact>(ReferenceEqualityComparer.Instance);
        DateTimeOffset? at = null;
        var (times, missing) = (0, false);
        foreach (var place in feature.Of)
        {
            var value = values[place];
            missing |= value is { Number: null, Text: null };
            if (value.At is not null) (at, times) = (value.At, times + 1);
            foreach (var fact in value.Facts) if (seen.Add(fact)) facts.Add(fact);
        }

        return (facts, times == 1 ? at : null, missing);
    }
}
