using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Models.Evaluation;
using DatacenterOst.Models.Training;

namespace DatacenterOst.UnitTests.Models.Training;

public sealed class When_trees_are_learnt
{
    private static readonly BoostingSettings Shared = new() { Rounds = 100, MaxDepth = 3, Eta = 0.1 };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Squared error, lambda 0, one split: each side gives its mean.
    [Fact]
    public void one_split_gives_the_means_of_its_sides()
    {
        var rows = new TrainingRows(["x"], [[1], [2], [3], [4]], [10, 12, 20, 22]);
        var settings = new BoostingSettings { Objective = BoostingObjective.SquaredError, Rounds = 1, MaxDepth = 1, Eta = 1, Lambda = 0, BaseScore = 0 };
        var model = GradientBoosting.Train(rows, settings, null, Stop);
        Assert.Equal([11, 11, 21, 21], rows.Values.Select(model.Predict));
    }

    // Lambda 1: each leaf is -G / (H + 1). Of the rows with the outcome G = -0.5 and H = 0.25 each.
    [Fact]
    public void a_logistic_leaf_is_what_its_derivatives_say()
    {
        var rows = new TrainingRows(["x"], [[0], [0], [0], [0], [1], [1], [1], [1]], [0, 0, 0, 0, 1, 1, 1, 1]);
        var model = GradientBoosting.Train(rows, new BoostingSettings { Rounds = 1, MaxDepth = 1, Eta = 0.5 }, null, Stop);
        Assert.Equal(0.5, model.Margin([1]), 1e-7);
        Assert.Equal(-0.5, model.Margin([0]), 1e-7);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void the_way_of_missing_values_is_learnt(double outcomeOfMissing)
    {
        var values = new List<double[]>();
        var outcomes = new List<double>();
        for (var i = 0; i < 90; i++)
        {
            values.Add([i % 3 == 0 ? double.NaN : i % 3]);
            outcomes.Add(i % 3 == 0 ? outcomeOfMissing : i % 3 - 1);
        }

        var model = GradientBoosting.Train(new TrainingRows(["x"], [.. values], [.. outcomes]), new BoostingSettings { Rounds = 20, MaxDepth = 1 }, null, Stop);
        Assert.Equal(outcomeOfMissing, Math.Round(model.Predict([double.NaN])));
        Assert.Equal(1, Math.Round(model.Predict([2])));
        Assert.Equal(0, Math.Round(model.Predict([1])));
    }

    [Fact]
    public void the_bytes_are_the_same_with_any_number_of_threads_and_others_with_another_seed()
    {
        var rows = Table(600);
        var settings = new BoostingSettings { Rounds = 30, MaxDepth = 4, Subsample = 0.7, ColumnSample = 0.5, MaxBin = 32, Seed = 5 };
        var one = XgboostFile.Write(GradientBoosting.Train(rows, settings with { Threads = 1 }, null, Stop));
        Assert.Equal(one, XgboostFile.Write(GradientBoosting.Train(rows, settings with { Threads = 3 }, null, Stop)));
        Assert.Equal(one, XgboostFile.Write(GradientBoosting.Train(rows, settings with { Threads = 8 }, null, Stop)));
        Assert.NotEqual(one, XgboostFile.Write(GradientBoosting.Train(rows, settings with { Seed = 6 }, null, Stop)));
    }

    [Fact]
    public void it_stops_where_the_rows_held_out_are_best()
    {
        var rows = Table(900);
        var (learn, held) = (rows.Pick([.. Enumerable.Range(0, 600)]), rows.Pick([.. Enumerable.Range(600, 300)]));
        var settings = new BoostingSettings { Rounds = 400, MaxDepth = 6, Eta = 0.3, EarlyStoppingRounds = 10 };
        var stopped = GradientBoosting.Train(learn, settings, held, Stop);
        Assert.InRange(stopped.Rounds, 1, 200);
        var all = GradientBoosting.Train(learn, settings with { EarlyStoppingRounds = 0 }, null, Stop);
        Assert.True(Loss(stopped, held) < Loss(all, held));
    }

    [Fact]
    public void gamma_takes_away_splits_that_gain_less()
    {
        var rows = Table(400);
        var settings = new BoostingSettings { Rounds = 1, MaxDepth = 5 };
        int Leaves(double gamma) => XgboostFile.Write(GradientBoosting.Train(rows, settings with { Gamma = gamma }, null, Stop)).AsSpan().Length;
        Assert.True(Leaves(5) < Leaves(0));
    }

    [Theory]
    [InlineData("rounds", 0)]
    [InlineData("maxDepth", 0)]
    [InlineData("eta", 0)]
    public void a_setting_out_of_range_is_named(string setting, int value)
    {
        var settings = setting switch
        {
            "rounds" => Shared with { Rounds = value },
            "maxDepth" => Shared with { MaxDepth = value },
            _ => Shared with { Eta = value },
        };
        Assert.Equal(setting, Assert.Throws<Problem>(() => GradientBoosting.Train(Table(50), settings, null, Stop)).Where);
    }

    // Diabetes in Pima women with zeroes for missing values taken out, breast cancer of Wisconsin, radar returns of the ionosphere.
    [Theory]
    [InlineData("pima")]
    [InlineData("wdbc")]
    [InlineData("ionosphere")]
    public void it_discriminates_as_XGBoost_with_the_same_settings(string table)
    {
        var (names, values) = OtherTools.Table(Csv(table));
        var rows = new TrainingRows(names[..^1], Array.ConvertAll(values, row => row[..^1]), Array.ConvertAll(values, row => row[^1]));
        var margins = new double[rows.Count];
        for (var fold = 0; fold < 5; fold++)
        {
            var (learn, judge) = (Enumerable.Range(0, rows.Count).Where(i => i % 5 != fold).ToArray(), Enumerable.Range(0, rows.Count).Where(i => i % 5 == fold));
            var model = GradientBoosting.Train(rows.Pick(learn), Shared, null, Stop);
            foreach (var row in judge) margins[row] = model.Margin(rows.Values[row]);
        }

        using var folder = new Folder();
        var theirs = OtherTools.Numbers(OtherTools.RunPython(
            """
            import sys, numpy as np, xgboost as xgb
            from sklearn.metrics import roc_auc_score
            a = np.genfromtxt(sys.argv[1], delimiter=',', skip_header=1); X, y = a[:, :-1], a[:, -1]; f = np.arange(len(y)) % 5; o = np.zeros(len(y))
            for k in range(5):
                b = xgb.train(dict(objective='binary:logistic', tree_method='hist', max_depth=3, eta=.1, nthread=1, base_score=.5), xgb.DMatrix(X[f != k], y[f != k]), 100)
                o[f == k] = b.predict(xgb.DMatrix(X[f == k]))
            print(repr(float(roc_auc_score(y, o))))
            """,
            folder.File("table.csv", Csv(table))));
        Assert.Equal(theirs[0], Discrimination.Auroc(margins, [.. rows.Outcomes.Select(outcome => outcome > 0)]), 0.005);
    }

    [Fact]
    public void XGBoost_reads_the_file_and_gives_the_same_bits()
    {
        var rows = Table(500);
        var model = GradientBoosting.Train(rows, new BoostingSettings { Rounds = 60, MaxDepth = 5, Subsample = 0.8, BaseScore = 0.3 }, null, Stop);
        using var folder = new Folder();
        var file = folder.File("model.json", System.Text.Encoding.UTF8.GetString(XgboostFile.Write(model)));
        var csv = string.Join('\n', rows.Values.Select(row => string.Join(',', row.Select(value => double.IsNaN(value) ? "nan" : value.ToString("R", CultureInfo.InvariantCulture)))));
        var theirs = OtherTools.Numbers(OtherTools.RunPython(
            """
            import sys, numpy as np, xgboost as xgb
            b = xgb.Booster(model_file=sys.argv[1]); X = np.genfromtxt(sys.argv[2], delimiter=',')
            print(' '.join(repr(float(v)) for v in b.predict(xgb.DMatrix(X, feature_names=b.feature_names), output_margin=True)))
            """,
            file, folder.File("rows.csv", csv)));
        Assert.Equal(theirs, rows.Values.Select(model.Margin));
    }

    private static string Csv(string table) => table switch
    {
        "pima" => OtherTools.RunR("""
            library(mlbench); data(PimaIndiansDiabetes2); p <- PimaIndiansDiabetes2; p$diabetes <- as.integer(p$diabetes == 'pos'); write.csv(p, row.names = FALSE, quote = FALSE, na = '')
            """),
        "ionosphere" => OtherTools.RunR("""
            library(mlbench); data(Ionosphere); p <- Ionosphere; for (n in names(p)[1:34]) p[[n]] <- as.numeric(as.character(p[[n]])); p$Class <- as.integer(p$Class == 'good'); write.csv(p, row.names = FALSE, quote = FALSE)
            """),
        _ => OtherTools.RunPython("""
            from sklearn.datasets import load_breast_cancer
            d = load_breast_cancer(); print(','.join(['x%d' % i for i in range(d.data.shape[1])] + ['y']))
            for r, t in zip(d.data, d.target): print(','.join([repr(float(v)) for v in r] + [str(t)]))
            """),
    };

    private static double Loss(BoostedTrees model, TrainingRows rows)
        => rows.Values.Select((row, i) => -Math.Log(rows.Outcomes[i] > 0 ? model.Predict(row) : 1 - model.Predict(row))).Average();

    private static TrainingRows Table(int count)
    {
        var random = new Random(11);
        var values = new double[count][];
        var outcomes = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = [.. Enumerable.Range(0, 6).Select(j => random.NextDouble() < 0.1 ? double.NaN : Math.Round(random.NextDouble() * 20, j))];
            var margin = (double.IsNaN(values[i][0]) ? 5 : values[i][0]) - 10 + (values[i][1] > 10 ? 2 : -2);
            outcomes[i] = random.NextDouble() < 1 / (1 + Math.Exp(-margin / 3)) ? 1 : 0;
        }

        return new TrainingRows([.. Enumerable.Range(0, 6).Select(j => $"x{j}")], values, outcomes);
    }

    private sealed class Folder : IDisposable
    {
        private readonly string path = Directory.CreateTempSubdirectory("dost-trees-").FullName;

        public string File(string name, string content)
        {
            var file = Path.Combine(path, name);
            System.IO.File.WriteAllText(file, content);
            return file;
        }

        public void Dispose() => Directory.Delete(path, recursive: true);
    }
}
