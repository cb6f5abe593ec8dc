using System.Globalization;
using DatacenterOst.Models.Files;
using DatacenterOst.Models.Numeric;
using DatacenterOst.Models.Trees;

namespace DatacenterOst.UnitTests.Models.Trees;

/// <summary>Model files, and beside each the rows with what its own library makes of them. Fixtures/make.py made those of this folder.</summary>
internal static class Fixtures
{
    public static string Folder { get; } = Path.Combine(Repository.Root(), "tests", "DatacenterOst.UnitTests", "Models", "Trees", "Fixtures");

    /// <summary>A file of this folder or, as <c>shared/name</c>, of the shared models; skips the test where those are not at hand.</summary>
    public static string Locate(string name)
    {
        if (!name.StartsWith("shared/", StringComparison.Ordinal)) return Path.Combine(Folder, name);
        var shared = Environment.GetEnvironmentVariable("DOST_SHARED") is { Length: > 0 } set ? set : Path.Combine(Repository.Root(), "..", "shared");
        var path = Path.Combine(shared, "models", "xgboost", name["shared/".Length..]);
        Assert.SkipUnless(File.Exists(path), $"{path} is not there; set DOST_SHARED to the folder that holds models/");
        return path;
    }

    public static TreeModel Model(string name) => Assert.IsType<TreeModel>(ModelFile.Open(Locate(name)));

    public static IReadOnlyList<ExpectedRow> Rows(string name, int inputs)
    {
        var lines = File.ReadAllLines(Path.ChangeExtension(Locate(name), ".rows.csv"));
        return [.. lines.Skip(1).Select(line => line.Split(',').Select(Number).ToArray()).Select(cells => new ExpectedRow(
            [.. cells[..inputs].Select(number => new InputValue(number))], cells[inputs], cells[inputs + 1], cells[(inputs + 2)..(2 * inputs + 2)], cells[^1]))];
    }

    public static byte[] Bytes(string name) => File.ReadAllBytes(Locate(name));

    private static double Number(string cell) => cell.Length == 0 ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture);
}

internal sealed record ExpectedRow(InputValue[] Row, double Margin, double Predicted, double[] Contributions, double Bias);
