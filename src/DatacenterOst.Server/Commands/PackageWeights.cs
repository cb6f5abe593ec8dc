using DatacenterOst.Models;
using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Server.Commands;

/// <summary>
/// The weights of a package over rows of their own inputs, with the probability that the package serves. Population and abstention are of
/// patients, and rows of inputs are none.
/// </summary>
internal sealed class PackageWeights(INumericModel weights, ModelPackage package) : INumericModel
{
    public IReadOnlyList<string> Inputs => weights.Inputs;

    public ModelNumber Score(ReadOnlySpan<InputValue> row) => package.Calibrated(weights.Score(row));

    public Contributions? Explain(ReadOnlySpan<InputValue> row) => weights.Explain(row);
}
