using DatacenterOst.Clinical;
using DatacenterOst.Features;
using static DatacenterOst.UnitTests.Features.Timeline;

namespace DatacenterOst.UnitTests.Features;

public sealed class When_a_feature_is_made_of_others
{
    private const string Two = """
        features:
          - { name: creatinine, concept: creatinine, take: last, window: "[-2d, 0h]" }
          - { name: potassium, concept: potassium, take: last, window: "[-2d, 0h]" }
          - { name: sex, take: sex }

        """;

    private static readonly History Both = Of(Lab("creatinine", 88.4m, 0), Lab("potassium", 4, 1));

    [Theory]
    [InlineData("%creatinine / 88.4", 1)]
    [InlineData("(%creatinine / 88.4).ln() + %potassium", 4)]
    [InlineData("%potassium.power(2)", 16)]
    [InlineData("iif(%potassium > 3.5, 1, 0)", 1)]
    [InlineData("%potassium > 5", 0)]
    [InlineData("iif(%sex = 'female', 0.7, 0.9)", 0.7)]
    [InlineData("%`potassium` // the %rest is a comment\n + 1", 5)]
    [InlineData("today().toString().substring(0, 4).toInteger()", 2026)]
    public void an_expression_reads_the_features_above_it(string expression, double expected)
        => Assert.Equal(expected, Derived(expression, Both with { Demographics = Demographics.Unknown with { Sex = Sex.Female } }).Number!.Value, 1e-12);

    [Fact]
    public void a_derived_value_names_the_facts_of_all_that_it_is_made_of()
    {
        Assert.Equal(2, Derived("%creatinine * %potassium", Both).Facts.Count);
        Assert.Null(Derived("%creatinine * %potassium", Both).At);
        Assert.Equal(At(1), Derived("%potassium * 2", Both).At);
    }

    [Fact]
    public void what_is_missing_makes_the_derived_value_missing()
    {
        Assert.Equal(MissingReason.DependsOnMissing, Derived("%creatinine * %potassium", Of(Lab("creatinine", 80, 0))).Missing);
        Assert.Equal(MissingReason.Implausible, Derived("%potassium.ln()", Of(Lab("potassium", 0, 0))).Missing);
        Assert.Equal(0, Derived("iif(%potassium.exists(), 1, 0)", Of()).Number);
    }

    [Fact]
    public void words_may_be_derived()
        => Assert.Equal("high", Derived("iif(%potassium > 3, 'high', 'normal')", Both).Text);

    [Fact]
    public void the_first_of_several_that_is_there_is_taken()
    {
        const string any = Two + "  - { name: one, take: anyOf, of: [creatinine, older] }\n";
        var features = Declared(any.Replace("  - { name: sex", "  - { name: older, concept: creatinine, take: first, window: \"[-30d, -2d)\" }\n  - { name: sex", StringComparison.Ordinal));

        Assert.Equal(88.4, features.Evaluate(Both, At(10)).Find("one")!.Number);
        Assert.Equal(At(0), features.Evaluate(Both, At(100)).Find("one")!.At);
        Assert.Equal(MissingReason.DependsOnMissing, features.Evaluate(Of(), At(10)).Find("one")!.Missing);
    }

    [Theory]
    [InlineData("log: true", 4.481871969643598)]
    [InlineData("clip: [1, 50]", 50)]
    [InlineData("clip: [100, 200]", 100)]
    [InlineData("clip: [1, 50], log: true", 3.912023005428146)]
    public void a_number_is_held_within_bounds_and_then_its_logarithm_taken(string transform, double expected)
        => Assert.Equal(expected, Value($"concept: creatinine, take: last, window: '[-2d, 0h]', {transform}", Both).Number!.Value, 1e-14);

    [Fact]
    public void there_is_no_logarithm_of_zero_and_a_logarithm_has_no_unit()
    {
        Assert.Equal(MissingReason.Implausible, Value("concept: potassium, take: last, window: '[-2d, 0h]', log: true", Of(Lab("potassium", 0, 0))).Missing);
        Assert.Equal("", Value("concept: potassium, take: last, window: '[-2d, 0h]', log: true", Both).Unit);
        Assert.Equal(Math.Log(4.2), Value("concept: potassium, take: last, window: '[-2d, 0h]', log: true, missing: impute, impute: 4.2", Of()).Number);
    }

    [Fact]
    public void words_become_numbers_where_the_model_counts_with_them()
    {
        const string igg = "concept: cmv-igg, take: last, as: category, window: '[-2d, 0h]', numbers: { positive: 1, negative: 0 }";
        var positive = Value(igg, Of(Lab("cmv-igg", null, 0, category: ResultCategory.Positive)));

        Assert.Equal((1d, "positive"), (positive.Number!.Value, positive.Text));
        Assert.Equal(MissingReason.Implausible, Value(igg, Of(Lab("cmv-igg", null, 0, category: ResultCategory.Inconclusive))).Missing);
        Assert.Equal(0, Value(igg + ", missing: impute, impute: negative", Of()).Number);
        Assert.Equal(0.4, Value(igg + ", missing: impute, impute: 0.4", Of()).Number);
    }

    [Fact]
    public void a_value_of_a_longer_window_may_stand_in_and_still_says_that_it_was_missing()
    {
        const string carried = "concept: creatinine, take: mean, window: '[-24h, 0h]', missing: carry, carry: 30d";
        var history = Of(Lab("creatinine", 70, 0), Lab("creatinine", 80, 1));

        var old = Value(carried, history, 100);

        Assert.Equal((80, MissingReason.NoFact, At(1)), (old.Number!.Value, old.Missing, old.At!.Value));
        Assert.Single(old.Facts);
        Assert.Equal((75, MissingReason.NotMissing), (Value(carried, history, 10).Number!.Value, Value(carried, history, 10).Missing));
        Assert.Null(Value(carried, history, 24 * 32).Number);
        Assert.Equal(TimeSpan.FromDays(30), Declared($"features:\n  - {{ name: one, {carried} }}").Needs.Lookback);
    }

    [Fact]
    public void what_is_stale_may_be_carried_but_what_is_implausible_may_not()
    {
        const string last = "concept: creatinine, take: last, window: '[-24h, 0h]', missing: carry, carry: 30d";

        Assert.Equal((80, MissingReason.Stale), Pair(Value(last + ", staleAfter: 2h", Of(Lab("creatinine", 80, 0)), 5)));
        Assert.Null(Value(last + ", plausible: [5, 200]", Of(Lab("creatinine", 80, 0), Lab("creatinine", 900, 1)), 5).Number);
        Assert.Equal((80, MissingReason.NoFact), Pair(Value(last + ", plausible: [5, 200]", Of(Lab("creatinine", 80, 0), Lab("creatinine", 900, 1)), 50)));
    }

    [Fact]
    public void the_dose_is_that_of_the_newest_course_and_of_none_it_is_zero()
    {
        const string dose = "codes: 'ATC|H02AB06', unit: mg, take: currentDose, window: '[-30d, 0h]', ongoingFor: 24h";
        var course = Coded(FactKind.Medication, CodeSystems.Atc, "H02AB06", 10);
        Fact Dose(decimal? mg, double hour, string unit = "mg") => course with
        {
            Key = new FactKey((UInt128)(hour * 10) + 1),
            Finding = course.Finding with { Value = mg, ObservedAt = At(hour), KnownAt = At(hour), Concept = course.Finding.Concept with { Unit = unit } },
        };

        Assert.Equal(10, Value(dose, Of(Dose(25, 10), Dose(10, 12)), 20).Number);
        Assert.Equal(25, Value(dose, Of(Dose(25, 10), Dose(null, 12)), 20).Number);
        Assert.Equal(0, Value(dose, Of(Dose(25, 10)), 60).Number);
        Assert.Equal(MissingReason.NoFact, Value(dose, Of(Dose(2.5m, 10, "g")), 20).Missing);
    }

    private static (double, MissingReason) Pair(FeatureValue value) => (value.Number!.Value, value.Missing);

    private static FeatureValue Derived(string expression, History history)
        => Declared(Two + $"  - name: one\n    derived: \"{expression.Replace("\n", "\\n", StringComparison.Ordinal)}\"\n").Evaluate(history, At(2)).Find("one")!;

    private static FeatureValue Value(string definition, History history, double hour = 2)
        => Declared($"features:\n  - {{ name: one, {definition} }}").Evaluate(history, At(hour)).Values[0];
}
