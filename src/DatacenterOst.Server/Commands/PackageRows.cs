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
        var stated = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < row.Length; i++)
        {
            if (!row[i].IsMissing) stated[Inputs[i]] = row[i].Word ?? row[i].Number.ToString("R", CultureInfo.InvariantCulture);
        }

        var estimate = package.Try(stated, asOf);
        return new ModelNumber(estimate.Margin ?? estimate.Score ?? double.NaN, package.Output.Unit == "1" || estimate.Probability is not null ? estimate.Probability ?? double.NaN : null)
        {
            Predicted = estimate.Score ?? double.NaN,
        };
    }

    // The package tells of groups of its features, not of columns; dost model try shows them.
    public Contributions? Explain(ReadOnlySpan<InputValue> row) => null;
}
