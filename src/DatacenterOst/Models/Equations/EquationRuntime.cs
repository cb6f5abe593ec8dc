using DatacenterOst.Features;
using DatacenterOst.Fhir;
using DatacenterOst.Models.Calibration;
using DatacenterOst.Models.Explanation;
using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models.Equations;

/// <summary>
/// A published formula as content: FHIRPath over the features. Explained by exact Shapley values over all coalitions of its features
/// against a stated reference patient.
/// </summary>
public sealed class EquationRuntime : IModelRuntime
{
    private readonly IReadOnlyList<EquationStep> steps;
    private readonly EquationResult result;
    private readonly IReadOnlyList<ReferenceValue> reference;
    private readonly IReadOnlyDictionary<string, int> places;
    private readonly Readout readout;

    internal EquationRuntime(IReadOnlyList<EquationStep> steps, EquationResult result, IReadOnlyList<ReferenceValue> reference, IReadOnlyDictionary<string, int> places, Readout readout)
    {
        (this.steps, this.result, this.reference, this.places, this.readout) = (steps, result, reference, places, readout);
        Inputs = [.. places.Values.Distinct().Order()];
        Computes = [.. steps.Select(step => step.Name), .. readout.Computes];
    }

    public IReadOnlyList<string> Computes { get; }

    public IReadOnlyList<string> Concludes => readout.Concludes;

    public IReadOnlyList<int> Inputs { get; }

    public Outcome Evaluate(FeatureVector vector)
    {
        var made = Steps(vector, vector.IndexTime);
        var margin = Number(made[result.Margin]) ?? double.NaN;
        var probability = result.Probability >= 0 ? Number(made[result.Probability]) ?? double.NaN : (double?)null;
        var outcome = readout.Of(vector, Inputs, margin, probability, Number(made[result.Score]) ?? double.NaN);
        return outcome with { Computed = [.. Values(made), .. outcome.Computed] };
    }

    public Contributions? Explain(FeatureVector vector)
    {
        if (reference.Count == 0) return null;
        var values = new double[vector.Values.Count];
        var given = new FeatureValue[vector.Values.Count];
        var shares = CoalitionShapley.Of(reference.Count, present =>
        {
            for (var i = 0; i < given.Length; i++) given[i] = vector.Values[i];
            for (var i = 0; i < reference.Count; i++)
            {
                if ((present >> i & 1) != 0) continue;
                var (place, number, word) = reference[i];
                given[place] = given[place] with { Number = number, Text = word, Missing = MissingReason.NotMissing };
            }

            return Number(Steps(new FeatureVector(vector.IndexTime, given), vector.IndexTime)[result.Margin]) ?? double.NaN;
        });
        for (var i = 0; i < reference.Count; i++) values[reference[i].Place] = shares.Values[i];
        return double.IsFinite(shares.Bias) && shares.Values.All(double.IsFinite) ? new Contributions(shares.Bias, values) : null;
    }

    private PathValue[] Steps(FeatureVector vector, DateTimeOffset indexTime)
    {
        var made = new PathValue[steps.Count];
        for (var i = 0; i < made.Length; i++)
        {
            var before = i;
            made[i] = steps[i].Expression.Evaluate(name => Variable(name, before), indexTime);
        }

        return made;

        PathValue Variable(string name, int before)
        {
            if (places.TryGetValue(name, out var place)) return FeatureExpression.Variable(vector.Values[place].Number, null, vector.Values[place].Text);
            for (var i = 0; i < before; i++) if (steps[i].Name == name) return made[i];
            return default;
        }
    }

    private IEnumerable<FeatureValue> Values(PathValue[] made)
    {
        for (var i = 0; i < made.Length; i++)
        {
            var text = made[i].Kind == PathKind.String ? made[i].ToString() : null;
            var number = text is null ? Number(made[i]) : null;
            var missing = number is null && text is null ? MissingReason.DependsOnMissing : MissingReason.NotMissing;
            yield return new FeatureValue(steps[i].Name, number, text, steps[i].Unit, null, [], missing);
        }
    }

    private static double? Number(in PathValue value) => value.AsBoolean() is { } truth ? truth ? 1 : 0 : (double?)value.AsDecimal();
}

/// <summary>Places of the steps that are the margin, the score, and the probability (-1 where it has none).</summary>
internal readonly record struct EquationResult(int Margin, int Score, int Probability);
