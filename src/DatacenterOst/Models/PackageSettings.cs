namespace DatacenterOst.Models;

/// <summary>What the place where packages are put to use decides of them.</summary>
/// <param name="Site">Whose calibration is used where a package has several; empty for the general one.</param>
/// <param name="Signatures">Whose signature a package may have, and whether it must have one.</param>
public sealed record PackageSettings(string Site, SignatureRule Signatures)
{
    public static readonly PackageSettings Default = new("", SignatureRule.None);
}
