namespace DatacenterOst.Models.Explanation;

/// <summary>What made an estimate, in units of its margin: <see cref="Bias"/> and all <see cref="Groups"/> sum to it.</summary>
/// <param name="Bias">The margin of the reference: an average patient for trees, the stated reference for formulas, 0 for points.</param>
/// <param name="Groups">Those with features that the model reads, the largest contribution first, whichever its sign.</param>
public sealed record RiskExplanation(double Bias, IReadOnlyList<GroupContribution> Groups);

/// <summary>One clinical term of an explanation.</summary>
/// <param name="Id">The package's group, or the name of a feature that is in none.</param>
/// <param name="Value">Above 0 it raises the margin.</param>
/// <param name="Features">Names of its features, the largest contribution first.</param>
/// <param name="Missing">Those of them that were missing: what they gave comes of their absence, or of the value that stood in.</param>
public sealed record GroupContribution(string Id, LocalText Text, double Value, IReadOnlyList<string> Features, IReadOnlyList<string> Missing);

/// <summary>What one feature at its target would make of the result, everything else as it is. An association, no promise of an effect.</summary>
/// <param name="From">The score as it is.</param>
/// <param name="To">The score with the feature at its target.</param>
public sealed record TargetEffect(string Feature, LocalText Text, double Target, double From, double To)
{
    public double Change => To - From;
}
