using DatacenterOst.Clinical;
using DatacenterOst.Models.Training;

namespace DatacenterOst.UnitTests.Models.Training;

public sealed class When_a_linear_model_is_learnt
{
    private const string Pima = """
        library(mlbench); data(PimaIndiansDiabetes); p <- PimaIndiansDiabetes; p$diabetes <- as.integer(p$diabetes == 'pos')
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Of 40 exposed 30 have the outcome, of 60 others 20: log odds ratio ln((30/10) / (20/40)) = ln 6, its variance 1/30 + 1/10 + 1/20 + 1/40.
    [Fact]
    public void a_two_by_two_table_gives_its_odds_ratio()
    {
        var rows = FourFold(30, 10, 20, 40);
        var fit = LogisticRegression.Fit(rows, Stop);
        Assert.Equal(Math.Log(0.5), fit.Intercept, 1e-10);
        Assert.Equal(Math.Log(6), fit.Coefficients[0], 1e-10);
        Assert.Equal(Math.Sqrt((1 / 30.0) + (1 / 10.0) + (1 / 20.0) + (1 / 40.0)), fit.Errors[1], 1e-10);
    }

    [Fact]
    public void its_coefficients_are_those_of_glm_in_R()
    {
        var csv = OtherTools.RunR(Pima + "; write.csv(p, row.names = FALSE, quote = FALSE)");
        var expected = OtherTools.Numbers(OtherTools.RunR(Pima + "; g <- glm(diabetes ~ ., binomial, p, control = list(epsilon = 1e-14)); cat(format(c(coef(g), sqrt(diag(vcov(g)))), digits = 15))"));
        var (names, table) = OtherTools.Table(csv);
        var fit = LogisticRegression.Fit(new TrainingRows(names[..^1], Array.ConvertAll(table, row => row[..^1]), Array.ConvertAll(table, row => row[^1])), Stop);
        double[] made = [fit.Intercept, .. fit.Coefficients, .. fit.Errors];
        Assert.Equal(expected.Length, made.Length);
        for (var i = 0; i < made.Length; i++) Assert.Equal(expected[i], made[i], 1e-6 * Math.Max(1, Math.Abs(expected[i])));
    }

    [Fact]
    public void outcomes_that_an_input_tells_apart_are_refused_with_a_reason()
    {
        var rows = new TrainingRows(["x"], [[1], [2], [3], [4]], [0, 0, 1, 1]);
        Assert.Contains("tell the outcomes apart", Assert.Throws<Problem>(() => LogisticRegression.Fit(rows, Stop)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void an_input_that_follows_from_another_is_refused_with_a_reason()
    {
        var rows = Noise(200, 2);
        var doubled = rows with { Inputs = ["a", "b", "c"], Values = Array.ConvertAll(rows.Values, row => (double[])[row[0], row[1], row[0] + row[1]]) };
        Assert.Contains("follows from the others", Assert.Throws<Problem>(() => LogisticRegression.Fit(doubled, Stop)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_missing_value_is_refused_by_name()
    {
        var rows = FourFold(3, 2, 2, 3);
        rows.Values[2][0] = double.NaN;
        Assert.Equal("exposed", Assert.Throws<Problem>(() => LogisticRegression.Fit(rows, Stop)).Where);
        Assert.Equal("exposed", Assert.Throws<Problem>(() => new ElasticNet().Fit(rows, [0.1], Stop)).Where);
    }

    [Fact]
    public void without_a_penalty_the_elastic_net_is_maximum_likelihood()
    {
        var rows = Noise(400, 5);
        var plain = LogisticRegression.Fit(rows, Stop);
        var net = new ElasticNet().Fit(rows, [0], Stop)[0];
        Assert.Equal(plain.Intercept, net.Intercept, 1e-6);
        for (var i = 0; i < 5; i++) Assert.Equal(plain.Coefficients[i], net.Coefficients[i], 1e-6);
    }

    // At a minimum of the penalised likelihood the gradient of each input is what its penalty holds against (Karush, Kuhn, Tucker).
    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    [InlineData(0.0)]
    public void each_penalised_fit_of_a_path_is_a_minimum(double alpha)
    {
        var rows = Noise(300, 8);
        var net = new ElasticNet { Alpha = alpha, Lambdas = 10 };
        var path = net.Path(rows);
        var fits = net.Fit(rows, path, Stop);
        if (alpha > 0) Assert.All(fits[0].Coefficients, coefficient => Assert.Equal(0, coefficient, 1e-9));
        for (var at = 0; at < path.Count; at++)
        {
            for (var j = 0; j < rows.Inputs.Count; j++)
            {
                var (gradient, coefficient) = Standardised(rows, fits[at], j);
                var slack = gradient - (path[at] * (1 - alpha) * coefficient);
                if (coefficient == 0) Assert.True(Math.Abs(slack) <= (path[at] * alpha) + 1e-6, $"lambda {at}, input {j}");
                else Assert.Equal(path[at] * alpha * Math.Sign(coefficient), slack, 1e-6);
            }
        }
    }

    private static (double Gradient, double Coefficient) Standardised(TrainingRows rows, LinearFit fit, int input)
    {
        var mean = rows.Values.Average(row => row[input]);
        var deviation = Math.Sqrt(rows.Values.Average(row => (row[input] - mean) * (row[input] - mean)));
        var gradient = 0d;
        for (var i = 0; i < rows.Count; i++) gradient += (rows.Values[i][input] - mean) / deviation * (rows.Outcomes[i] - fit.Predict(rows.Values[i]));
        return (gradient / rows.Count, fit.Coefficients[input] * deviation);
    }

    private static TrainingRows FourFold(int exposedWith, int exposedWithout, int otherWith, int otherWithout)
    {
        var (values, outcomes) = (new List<double[]>(), new List<double>());
        foreach (var (exposed, outcome, count) in new[] { (1.0, 1.0, exposedWith), (1, 0, exposedWithout), (0, 1, otherWith), (0, 0, otherWithout) })
        {
            for (var i = 0; i < count; i++)
            {
                values.Add([exposed]);
                outcomes.Add(outcome);
            }
        }

        return new TrainingRows(["exposed"], [.. values], [.. outcomes]);
    }

    private static TrainingRows Noise(int count, int inputs)
    {
        var random = new Random(7);
        var values = new double[count][];
        var outcomes = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = [.. Enumerable.Range(0, inputs).Select(j => (random.NextDouble() - 0.5) * (j + 1))];
            outcomes[i] = random.NextDouble() < 1 / (1 + Math.Exp(-(values[i][0] * 2) + values[i][1])) ? 1 : 0;
        }

        return new TrainingRows([.. Enumerable.Range(0, inputs).Select(j => $"x{j}")], values, outcomes);
    }
}
