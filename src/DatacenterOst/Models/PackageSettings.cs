using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models;

/// <summary>What the place where packages are put to use decides of them.</summary>
/// <param name="Site">Whose calibration is used where a package has several; empty for the general one.</param>
internal sealed record PackageSettings(string Site)
{
    public static readonly PackageSettings Default = new("");

    /// <summary>Opens a file of weights.</summary>
    public Func<string, INumericModel> Open { get; init; } = path => throw new Clinical.Problem(Clinical.ProblemKind.Unsupported, "is a file of weights, which this build does not open", where: path);
}
