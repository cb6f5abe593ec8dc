using System.Globalization;
using DatacenterOst.Models.Numeric;
using DatacenterOst.Models.Onnx;

namespace DatacenterOst.UnitTests.Models.Onnx;

/// <summary>An ONNX file with rows beside it: the model's inputs, and what the library that trained it said.</summary>
public sealed class OnnxFixture
{
    private readonly List<string> header;
    private readonly List<string[]> rows;

    private OnnxFixture(string path)
    {
        Model = OnnxModel.Load(File.ReadAllBytes(path), Path.GetFileName(path));
        var lines = File.ReadAllLines(Path.ChangeExtension(path, ".rows.csv"));
        header = [.. lines[0].Split(',')];
        rows = [.. lines.Skip(1).Select(line => line.Split(','))];
    }

    public static string Folder { get; } = Path.Combine(Repository.Root(), "tests", "DatacenterOst.UnitTests", "Models", "Onnx", "fixtures");

    public OnnxModel Model { get; }

    public int Count => rows.Count;

    public static OnnxFixture Own(string name) => new(Path.Combine(Folder, name + ".onnx"));

    /// <summary>One of the files that ML.NET wrote; skips the test, with the reason, where they are not at hand.</summary>
    public static OnnxFixture OfMlNet(string name)
    {
        var shared = Environment.GetEnvironmentVariable("DOST_SHARED") is { Length: > 0 } set ? set : Path.Combine(Repository.Root(), "..", "shared");
        var path = Path.Combine(shared, "models", "mlnet", name + ".onnx");
        Assert.SkipUnless(File.Exists(path), $"{path} is not there; set DOST_SHARED to the folder that holds models/");
        return new OnnxFixture(path);
    }

    public InputValue[] Row(int at) => [.. Model.Inputs.Select(name => Value(rows[at][header.IndexOf(name)]))];

    /// <summary>What is expected of a row; null where the file has no such column.</summary>
    public double? Expected(int at, string column) => header.IndexOf(column) is >= 0 and var found ? Number(rows[at][found]) : null;

    private static InputValue Value(string cell)
        => cell.Length == 0 || double.TryParse(cell, CultureInfo.InvariantCulture, out _) ? new InputValue(Number(cell)) : new InputValue(double.NaN, cell);

    private static double Number(string cell) => cell.Length == 0 ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture);
}
