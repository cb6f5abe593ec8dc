using System.Globalization;
using System.Runtime.InteropServices;

namespace DatacenterOst.Benchmarks.Trees;

/// <summary>XGBoost by its C interface (Debian's <c>libxgboost0</c>), on one thread: trains the model of the benchmark and is compared with.</summary>
public sealed unsafe partial class LibXgboost : IDisposable
{
    public const string Install = "apt-get install libxgboost0";
    private const string Library = "libxgboost.so.0";
    private const string Margin = """{"type":1,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false,"cache_id":0,"missing":NaN}""";
    private const string Contributions = """{"type":2,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false}""";

    private readonly nint booster;
    private readonly List<nint> matrices = [];

    /// <summary>Trains binary:logistic by histograms.</summary>
    public LibXgboost(float[] rows, float[] labels, int depth, int trees)
    {
        var inputs = rows.Length / labels.Length;
        var data = Matrix(rows, labels.Length, inputs);
        fixed (float* label = labels) Check(XGDMatrixSetFloatInfo(data, "label", label, (ulong)labels.Length));
        Check(XGBoosterCreate(&data, 1, out booster));
        foreach (var (name, value) in new[]
        {
            ("objective", "binary:logistic"), ("max_depth", depth.ToString(CultureInfo.InvariantCulture)), ("eta", "0.1"), ("min_child_weight", "0.01"),
            ("tree_method", "hist"), ("nthread", "1"), ("verbosity", "0"),
        }) Check(XGBoosterSetParam(booster, name, value));
        for (var tree = 0; tree < trees; tree++) Check(XGBoosterUpdateOneIter(booster, tree, data));
        XGBoostVersion(out var major, out var minor, out var patch);
        Version = string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}.{patch}");
    }

    public string Version { get; }

    public static bool IsThere() => NativeLibrary.TryLoad(Library, out _);

    public void Save(string path) => Check(XGBoosterSaveModel(booster, path));

    /// <summary>How a row in memory that does not move is named to <see cref="Score"/>.</summary>
    public static string Array(float* row, int inputs)
        => string.Create(CultureInfo.InvariantCulture, $$"""{"data":[{{(nint)row}},true],"shape":[1,{{inputs}}],"typestr":"<f4","version":3}""");

    /// <summary>The in-place prediction, which makes no matrix: the library's fastest way for one row.</summary>
    public float Score(string array)
    {
        Check(XGBoosterPredictFromDense(booster, array, Margin, 0, out _, out _, out var result));
        return *result;
    }

    /// <summary>A matrix of one row, for <see cref="Explain"/>, which has no in-place form.</summary>
    public nint Row(float[] row)
    {
        var matrix = Matrix(row, 1, row.Length);
        matrices.Add(matrix);
        return matrix;
    }

    public float* Explain(nint matrix)
    {
        Check(XGBoosterPredictFromDMatrix(booster, matrix, Contributions, out _, out _, out var result));
        return result;
    }

    public void Dispose()
    {
        foreach (var matrix in matrices) _ = XGDMatrixFree(matrix);
        _ = XGBoosterFree(booster);
    }

    private static nint Matrix(float[] rows, int count, int inputs)
    {
        fixed (float* data = rows)
        {
            Check(XGDMatrixCreateFromMat(data, (ulong)count, (ulong)inputs, float.NaN, out var matrix));
            return matrix;
        }
    }

    private static void Check(int code)
    {
        if (code != 0) throw new InvalidOperationException("XGBoost: " + Marshal.PtrToStringUTF8(XGBGetLastError()));
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint XGBGetLastError();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void XGBoostVersion(out int major, out int minor, out int patch);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int XGDMatrixCreateFromMat(float* data, ulong rows, ulong columns, float missing, out nint matrix);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int XGDMatrixSetFloatInfo(nint matrix, string field, float* values, ulong count);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int XGDMatrixFree(nint matrix);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int XGBoosterCreate(nint* matrices, ulong count, out nint booster);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int XGBoosterFree(nint booster);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int XGBoosterSetParam(nint booster, string name, string value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int XGBoosterUpdateOneIter(nint booster, int iteration, nint matrix);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int XGBoosterSaveModel(nint booster, string path);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int XGBoosterPredictFromDense(nint booster, string array, string config, nint meta, out ulong* shape, out ulong dimensions, out float* result);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int XGBoosterPredictFromDMatrix(nint booster, nint matrix, string config, out ulong* shape, out ulong dimensions, out float* result);
}
