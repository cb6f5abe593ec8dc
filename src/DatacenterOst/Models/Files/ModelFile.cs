using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models.Linear;
using DatacenterOst.Models.Numeric;
using DatacenterOst.Models.Onnx;
using DatacenterOst.Models.Trees;

namespace DatacenterOst.Models.Files;

/// <summary>Opens the file that a model was saved to, told by its content: XGBoost JSON and UBJ, LightGBM text, ONNX, and the JSON of a linear model.</summary>
public static class ModelFile
{
    /// <exception cref="Problem">The file is not there, is not a model that is read, or is wrong; says what and where in the file.</exception>
    public static INumericModel Open(string path)
    {
        if (Directory.Exists(path)) return OpenPackage(path);
        var bytes = Bytes(path);
        try
        {
            return Read(bytes);
        }
        catch (Problem problem)
        {
            throw new Problem(problem.Kind, problem.Message, problem.Where is null ? path : $"{path}: {problem.Where}", problem);
        }
    }

    /// <summary>Reads a model from the bytes of its file.</summary>
    public static INumericModel Read(ReadOnlyMemory<byte> bytes) => ModelFormats.Of(bytes.Span) switch
    {
        ModelFormat.XgboostJson => XgboostReader.ReadJson(bytes),
        ModelFormat.XgboostUbj => XgboostReader.ReadUbj(bytes),
        ModelFormat.LightGbmText => LightGbmReader.Read(bytes),
        ModelFormat.XgboostBinary => throw new Problem(ProblemKind.Unsupported, "it is XGBoost's old binary format, which XGBoost itself has given up; load it there and save it as model.json"),
        ModelFormat.Onnx => OnnxModel.Load(bytes, "the file"),
        ModelFormat.LinearJson => LinearFile.Read(bytes.Span),
        _ => throw new Problem(ProblemKind.Unsupported, "it is no model that is read: XGBoost JSON or UBJ, LightGBM text, ONNX, or the JSON of a linear model"),
    };

    /// <summary>Whether the model.yaml of a package folder names a file of weights.</summary>
    /// <exception cref="Problem">Invalid for a model.yaml that cannot be read.</exception>
    public static bool HasWeights(string folder) => WeightsOf(folder) is not null;

    /// <summary>Opens the weights of a package folder: the file that <c>model: file</c> in its model.yaml names.</summary>
    public static INumericModel OpenPackage(string folder)
    {
        var card = Path.Combine(folder, PackageFolder.ModelFile);
        var weights = WeightsOf(folder) ?? throw new Problem(ProblemKind.Unsupported, "names no file of weights ('model: file'), so it is not a model of numbers alone; run it with dost hook or dost model check", card);
        if (Path.GetFileName(weights) != weights) throw new Problem(ProblemKind.Invalid, $"'file' must name a file of the folder, not '{weights}'", card);
        return Open(Path.Combine(folder, weights));
    }

    private static string? WeightsOf(string folder)
    {
        var card = Path.Combine(folder, PackageFolder.ModelFile);
        if (!File.Exists(card)) throw new Problem(ProblemKind.NotFound, $"is no package: it holds no {PackageFolder.ModelFile}", folder);
        if (new FileInfo(card).Length > YamlFile.MaxCharacters * 4L) throw new Problem(ProblemKind.TooLarge, $"is longer than {YamlFile.MaxCharacters} characters", card);
        var problems = new PackageProblems();
        var weights = YamlFile.Read(File.ReadAllText(card), card, problems)?.Map("model")?.Optional("file");
        if (!problems.None) throw new Problem(ProblemKind.Invalid, string.Join("; ", problems.List()), card);
        return weights;
    }

    private static byte[] Bytes(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists) throw new Problem(ProblemKind.NotFound, "there is no such file", path);
        if (file.Length > TreeLimits.MaxFileBytes) throw new Problem(ProblemKind.TooLarge, $"is larger than {TreeLimits.MaxFileBytes >> 20} MB", path);
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Problem(ProblemKind.Invalid, $"cannot be read: {e.Message}", path, e);
        }
    }
}
