using System.Runtime.InteropServices;
using DatacenterOst.Benchmarks.Fhir;
using DatacenterOst.Models.Files;
using DatacenterOst.Models.Numeric;
using DatacenterOst.Models.Trees;

namespace DatacenterOst.Benchmarks.Trees;

/// <summary>
/// One row at a time on one thread: 300 trees of depth 6 over 60 inputs, a sixth of them missing, beside ONNX Runtime and libxgboost in
/// the same run. Both are given what is dearest to them beforehand: tensors for the one, and for the explanation of the other a matrix
/// of each row. The three must give the same numbers.
/// </summary>
public static unsafe class TreesBenchmark
{
    private const int Trees = 300, Depth = 6, Inputs = 60, TrainingRows = 10_000, Rows = 256;

    public static void Run(string root)
    {
        if (!LibXgboost.IsThere())
        {
            Console.WriteLine($"trees: libxgboost.so.0 is not there, and the model is trained by it: `{LibXgboost.Install}`");
            return;
        }

        var folder = Directory.CreateTempSubdirectory("dost-bench-").FullName;
        try
        {
            var random = new Random(6);
            var training = Row(random, TrainingRows);
            using var xgboost = new LibXgboost(training, Labels(random, training), Depth, Trees);
            var file = Path.Combine(folder, "model.ubj");
            xgboost.Save(file);
            var model = (TreeModel)ModelFile.Open(file);
            var onnx = OnnxRuntimeLibrary.Find(root) is { } library ? new OnnxRuntimeLibrary(library, TreeEnsembleFile.Write(model), Inputs) : null;
            Measure(model, xgboost, onnx, Enumerable.Range(0, Rows).Select(_ => Row(random, 1)).ToArray());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(TreeModel model, LibXgboost xgboost, OnnxRuntimeLibrary? onnx, float[][] floats)
    {
        var rows = floats.Select(row => row.Select(value => new InputValue(value)).ToArray()).ToArray();
        var arrays = floats.Select(row => LibXgboost.Array((float*)Marshal.UnsafeAddrOfPinnedArrayElement(row, 0), Inputs)).ToArray();
        var matrices = floats.Select(xgboost.Row).ToArray();
        var values = new double[Inputs];
        var measured = Rounds.Measure(
            new Work(Rows, () => Sum(Rows, i => model.Score(rows[i]).Margin)),
            new Work(Rows, () => Sum(Rows, i => model.MarginByWalking(rows[i]))),
            new Work(Rows, () => Sum(Rows, i => xgboost.Score(arrays[i]))),
            new Work(Rows, () => Sum(Rows, i => Run(onnx, floats[i]))),
            new Work(Rows, () => Sum(Rows, i => model.Explain(rows[i], values))),
            new Work(Rows / 8, () => Sum(Rows / 8, i => *xgboost.Explain(matrices[i]))));

        Console.WriteLine(Table.Text($"| {model.Forest.Count} trees, depth {model.Forest.Depth}, {Inputs} inputs, one row, one thread | each | process CPU, each | allocated, each | times ours | mark |"));
        Console.WriteLine("|---|---:|---:|---:|---:|---|");
        Print(model.IsPacked ? "score, eight trees at once (AVX2)" : "score (no AVX2 here: tree after tree)", measured[0], measured[0]);
        Print("score, tree after tree", measured[1], measured[0]);
        Print($"libxgboost {xgboost.Version}, XGBoosterPredictFromDense", measured[2], measured[0], 4);
        if (onnx is null) Console.WriteLine($"| ONNX Runtime: not measured, `{OnnxRuntimeLibrary.Install}` | – | – | – | – | ≥ 2 ×: not measured |");
        else Print($"ONNX Runtime {onnx.Version}, TreeEnsembleRegressor", measured[3], measured[0], 2);
        Print("explanation", measured[4], measured[4]);
        Print($"libxgboost {xgboost.Version}, pred_contribs", measured[5], measured[4], 1.5);
        Compare(model, xgboost, onnx, floats, matrices, arrays);
    }

    private static void Print(string name, Measured measured, Measured ours, double mark = 0)
    {
        var ratio = measured.WallSeconds / ours.WallSeconds;
        Console.WriteLine(Table.Text($"| {name} | {Table.Time(measured.WallSeconds)} | {Table.Time(measured.CpuSeconds)} | {measured.Bytes:N0} B | {ratio:0.0} × | {(mark > 0 ? Table.Mark(Table.Text($"≥ {mark} ×"), ratio >= mark) : "")} |"));
    }

    private static void Compare(TreeModel model, LibXgboost xgboost, OnnxRuntimeLibrary? onnx, float[][] floats, nint[] matrices, string[] arrays)
    {
        var (differing, offOnnx, offShapley) = (0, 0.0, 0.0);
        for (var i = 0; i < floats.Length; i++)
        {
            var row = floats[i].Select(value => new InputValue(value)).ToArray();
            var margin = model.Score(row).Margin;
            if (margin != xgboost.Score(arrays[i])) differing++;
            if (onnx is not null) offOnnx = Math.Max(offOnnx, Math.Abs(margin - Run(onnx, floats[i])));
            var ours = model.Explain(row)!;
            var theirs = xgboost.Explain(matrices[i]);
            for (var input = 0; input < Inputs; input++) offShapley = Math.Max(offShapley, Math.Abs(ours.Values[input] - theirs[input]));
        }

        Console.WriteLine(Table.Text($"\nOf {floats.Length} rows, {differing} margins differ from libxgboost's in any bit; ONNX Runtime's differ by up to {offOnnx:0.0e0}, contributions by up to {offShapley:0.0e0}."));
    }

    private static long Sum(int count, Func<int, double> one)
    {
        var sum = 0.0;
        for (var i = 0; i < count; i++) sum += one(i);
        return BitConverter.DoubleToInt64Bits(sum);
    }

    private static float Run(OnnxRuntimeLibrary? onnx, float[] row)
    {
        if (onnx is null) return 0;
        row.CopyTo(onnx.Input, 0);
        return onnx.Run();
    }

    // Pinned, because libxgboost is given the address.
    private static float[] Row(Random random, int count)
    {
        var row = GC.AllocateArray<float>(count * Inputs, pinned: true);
        for (var i = 0; i < row.Length; i++) row[i] = random.Next(6) == 0 ? float.NaN : (float)((random.NextDouble() * 2) - 1);
        return row;
    }

    // Every input counts for something, and there is noise enough for trees that fill their depth.
    private static float[] Labels(Random random, float[] rows)
        => [.. Enumerable.Range(0, TrainingRows).Select(row => Enumerable.Range(0, Inputs)
            .Sum(input => float.IsNaN(rows[(row * Inputs) + input]) ? 0 : rows[(row * Inputs) + input] * Math.Cos(input)) + random.NextDouble() - 0.5 > 0 ? 1f : 0f)];
}
