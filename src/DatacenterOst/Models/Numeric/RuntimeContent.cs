namespace DatacenterOst.Models.Numeric;

/// <summary>What a kind of model may need beside model.yaml.</summary>
/// <param name="Folder">The package's folder.</param>
/// <param name="Site">Whose calibration is used where the package has several; empty for the general one.</param>
internal sealed record RuntimeContent(string Folder, string Site);
