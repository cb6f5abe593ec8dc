using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;
using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Server.Commands;

/// <summary>
/// A package whose number is made of its features themselves (an equation, points, terms in model.yaml), as rows of a CSV file are scored:
/// a column for each feature that is not made of others. Where it keeps silent, there is no number.
/// </summary>
internal sealed class PackageRows(ModelPackage package, DateTimeOffset asOf) : INumericModel
{
    public IReadOnlyList<string> Inputs { get; } =
        [.. package.Features.Definitions.Where(feature => feature.Take is not (Take.Delta or Take.Ratio or Take.AnyOf or Take.Derived or Take.Spline)).Select(feature => feature.Name)];

    public ModelNumber Score(ReadOnlySpan<InputValue> row)
    {
        var estimate = package.Try(Stated(row), asOf);
        return new ModelNumber(estimate.Margin ?? estimate.Score ?? double.NaN, package.Output.Unit == "1" || estimate.Probability is not null ? estimate.Probability ?? double.NaN : null)
        {
            Predicted = estimate.Score ?? double.NaN,
        };
    }

    /// <summary>By column, where the model reads the columns themselves; a model of features that are made of others tells of those, in <c>dost model try</c>.</summary>
    public Contributions? Explain(ReadOnlySpan<InputValue> row)
    {
        if (package.Inputs.Count == 0 || package.Inputs.Except(Inputs).Any()) return null;
        var vector = package.Features.Of(Stated(row), asOf);
        if (package.ContributionsOf(vector) is { } made) return new Contributions(made.Bias, [.. Inputs.Select(name => made.Values[package.Features.Place(name)])]);
        return package.Score(vector).Score is null ? new Contributions(double.NaN, [.. Inputs.Select(_ => double.NaN)]) : null;
    }

    private Dictionary<string, string> Stated(ReadOnlySpan<InputValue> row)
    {
        var stated = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < row.Length; i++)
        {
            if (!row[i].IsMissing) stated[Inputs[i]] = row[i].Word ?? row[i].Number.ToString("R", CultureInfo.InvariantCulture);
        }

        return stated;
    }
}
