using DatacenterOst.Clinical;
using DatacenterOst.Models.Evaluation;
using DatacenterOst.Models.Training;

namespace DatacenterOst.UnitTests.Models.Training;

public sealed class When_a_survival_model_is_learnt
{
    private const string Pbc = """
        library(survival); d <- pbc[, c('age', 'edema', 'bili', 'albumin', 'protime', 'time', 'status')]
        for (n in c('bili', 'albumin', 'protime')) d[[n]] <- log(d[[n]]); d <- d[complete.cases(d), ]; d$status <- as.integer(d$status == 2)
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // The model of the Mayo Clinic's trial in primary biliary cholangitis, as R's documentation has it.
    [Fact]
    public void its_coefficients_are_the_published_ones_of_pbc()
    {
        var fit = CoxRegression.Fit(Read(OtherTools.RunR(Pbc + "; write.csv(d, row.names = FALSE, quote = FALSE)")), Stop);
        double[] published = [0.039609, 0.896311, 0.863551, -2.506923, 2.386839];
        for (var i = 0; i < published.Length; i++) Assert.Equal(published[i], fit.Coefficients[i], 6e-7);
        Assert.Equal(0.8347, fit.Concordance, 5e-5);
    }

    [Fact]
    public void errors_likelihood_baseline_and_risk_are_those_of_coxph()
    {
        var expected = OtherTools.Numbers(OtherTools.RunR(Pbc + """
            ;
            f <- coxph(Surv(time, status) ~ ., d); h <- basehaz(f, centered = TRUE)
            s <- 1 - summary(survfit(f, newdata = d[1, ]), times = 1000)$surv
            cat(format(c(sqrt(diag(vcov(f))), f$loglik[2], tail(h$hazard, 1), s), digits = 15))
            """));
        var rows = Read(OtherTools.RunR(Pbc + "; write.csv(d, row.names = FALSE, quote = FALSE)"));
        var fit = CoxRegression.Fit(rows, Stop);
        double[] made = [.. fit.Errors, fit.LogLikelihood, fit.Baseline[^1].Hazard, fit.Risk(rows.Values[0], 1000)];
        for (var i = 0; i < made.Length; i++) Assert.Equal(expected[i], made[i], 1e-6 * Math.Max(1, Math.Abs(expected[i])));
    }

    [Fact]
    public void concordance_with_ties_is_that_of_R()
    {
        var random = new Random(3);
        double[] times = [.. Enumerable.Range(0, 200).Select(_ => (double)random.Next(1, 40))];
        bool[] events = [.. Enumerable.Range(0, 200).Select(_ => random.NextDouble() < 0.6)];
        double[] risks = [.. times.Select(time => Math.Round((random.NextDouble() * 10) - (time / 20)))];
        var expected = OtherTools.Numbers(OtherTools.RunR(
            $"library(survival); cat(format(concordance(Surv(c({string.Join(',', times)}), c({string.Join(',', events.Select(came => came ? 1 : 0))})) ~ c({string.Join(',', risks)}), reverse = TRUE)$concordance, digits = 15))"));
        Assert.Equal(expected[0], Concordance.Of(times, events, risks), 1e-12);
    }

    // The penalty of R's ridge() is theta / 2 of squared coefficients of scaled inputs; here it is per event.
    [Fact]
    public void with_a_ridge_the_coefficients_are_those_of_coxph()
    {
        var expected = OtherTools.Numbers(OtherTools.RunR(Pbc + """
            ;
            n <- nrow(d); f <- coxph(Surv(time, status) ~ ridge(age, edema, bili, albumin, protime, theta = 0.1 * sum(d$status) * (n - 1) / n, scale = TRUE), d)
            cat(format(coef(f) , digits = 15))
            """));
        var fit = CoxRegression.Fit(Read(OtherTools.RunR(Pbc + "; write.csv(d, row.names = FALSE, quote = FALSE)")), 0.1, Stop);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], fit.Coefficients[i], 2e-4 * Math.Max(1, Math.Abs(expected[i])));
    }

    [Fact]
    public void with_a_ridge_inputs_that_follow_from_one_another_or_never_vary_are_borne()
    {
        var random = new Random(5);
        var values = Enumerable.Range(0, 200).Select(_ => random.NextDouble()).Select(x => new[] { x, 2 * x, 1 }).ToArray();
        var rows = new SurvivalRows(["x", "twice", "one"], values, [.. values.Select(row => -Math.Log(random.NextDouble()) * Math.Exp(-2 * row[0]))], [.. values.Select(_ => true)]);
        Assert.Throws<Problem>(() => CoxRegression.Fit(rows, Stop));
        var fit = CoxRegression.Fit(rows, 0.01, Stop);
        Assert.Equal(0, fit.Coefficients[2]);
        Assert.Equal(fit.Coefficients[0], 2 * fit.Coefficients[1], 1e-6);
    }

    // Three who die one after the other, the exposed one first: the likelihood e^b / (e^b + 2) rises for ever.
    [Fact]
    public void an_input_that_orders_all_events_is_refused_with_a_reason()
    {
        var rows = new SurvivalRows(["x"], [[1], [0], [0]], [1, 2, 3], [true, true, true]);
        Assert.Throws<Problem>(() => CoxRegression.Fit(rows, Stop));
    }

    [Fact]
    public void without_events_there_is_nothing_to_learn()
        => Assert.Equal("events", Assert.Throws<Problem>(() => CoxRegression.Fit(new SurvivalRows(["x"], [[1], [0]], [1, 2], [false, false]), Stop)).Where);

    private static SurvivalRows Read(string csv)
    {
        var (names, table) = OtherTools.Table(csv);
        return new SurvivalRows(names[..^2], Array.ConvertAll(table, row => row[..^2]), Array.ConvertAll(table, row => row[^2]), Array.ConvertAll(table, row => row[^1] == 1));
    }
}
