using DatacenterOst.Clinical;

namespace DatacenterOst.UnitTests.Normalise;

public sealed class When_values_are_read
{
    private static readonly Sender Laboratory = new();

    [Theory]
    [InlineData("96", 96, Comparator.None)]
    [InlineData(" 96 ", 96, Comparator.None)]
    [InlineData("0,5", 0.5, Comparator.None)]
    [InlineData("-1.5", -1.5, Comparator.None)]
    [InlineData("+1.5", 1.5, Comparator.None)]
    [InlineData(".5", 0.5, Comparator.None)]
    [InlineData("1.2e3", 1200, Comparator.None)]
    [InlineData("1E-2", 0.01, Comparator.None)]
    [InlineData("< 0,5", 0.5, Comparator.LessThan)]
    [InlineData("<=1.005", 1.005, Comparator.LessOrEqual)]
    [InlineData("≥3", 3, Comparator.GreaterOrEqual)]
    [InlineData("LESS THAN 10", 10, Comparator.LessThan)]
    [InlineData("Greater than 2000", 2000, Comparator.GreaterThan)]
    [InlineData("mindre end 5", 5, Comparator.LessThan)]
    [InlineData("1.234,5", 1234.5, Comparator.None)]
    [InlineData("1,234.5", 1234.5, Comparator.None)]
    [InlineData("1,234,567", 1234567, Comparator.None)]
    [InlineData("0,123", 0.123, Comparator.None)]
    [InlineData("12,34", 12.34, Comparator.None)]
    public void numbers_and_comparators_are_understood_as_laboratories_write_them(string text, double number, Comparator comparator)
    {
        var finding = Laboratory.Finding(Laboratory.Fact(Sender.Loinc("11555-0"), text, "mmol/L"));
        Assert.Equal((decimal)number, finding.Value);
        Assert.Equal(comparator, finding.Comparator);
    }

    [Theory]
    [InlineData("3-5")]
    [InlineData("1+")]
    [InlineData("18/")]
    [InlineData("/22")]
    [InlineData("1:320")]
    [InlineData("14.4.6")]
    [InlineData("5.")]
    [InlineData("1,23,456")]
    [InlineData("GREATER THAN 20 NG/ML")]
    [InlineData("e5")]
    [InlineData("NaN")]
    [InlineData("--5")]
    public void what_is_not_one_number_is_words_and_no_quantity(string text)
    {
        Assert.Equal(RejectionReasons.ValueNotUnderstood, Laboratory.Rejection(Laboratory.Fact(Sender.Loinc("2951-2"), text, "mmol/L")).Reason);
        Assert.Equal(text, Laboratory.Finding(Laboratory.Fact(Sender.Loinc("5821-4"), text, "/[HPF]")).Text);
    }

    [Fact]
    public void a_comma_that_may_part_thousands_is_refused_rather_than_guessed()
    {
        var rejection = Laboratory.Rejection(Laboratory.Fact(Sender.Loinc("777-3"), "1,234", "10*9/L"));
        Assert.Equal(RejectionReasons.ValueNotUnderstood, rejection.Reason);
        Assert.Contains("decimal point", rejection.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("1e-400")]
    [InlineData("99999999999999999999999999999999")]
    public void a_number_beyond_all_storage_is_out_of_range(string text) =>
        Assert.Equal(RejectionReasons.ValueOutOfRange, Laboratory.Rejection(Laboratory.Fact(Sender.Loinc("2951-2"), text, "mmol/L")).Reason);

    [Theory]
    [InlineData("77.15235923713728", "77.1523592371373")]
    [InlineData("1.10", "1.1")]
    [InlineData("100", "100")]
    [InlineData("0.00", "0")]
    [InlineData("1234567890123456789", "1234567890123460000")]
    public void a_number_has_at_most_fifteen_digits_and_no_idle_zeros(string text, string stored) =>
        Assert.Equal(stored, Laboratory.Finding(Laboratory.Fact(Sender.Loinc("2951-2"), text, "mmol/L")).Value!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("5", "<", Comparator.LessThan)]
    [InlineData("<5", "<", Comparator.LessThan)]
    [InlineData("5", ">=", Comparator.GreaterOrEqual)]
    [InlineData("5", "=", Comparator.None)]
    [InlineData("5", "", Comparator.None)]
    public void a_comparator_may_stand_apart(string text, string apart, Comparator comparator) =>
        Assert.Equal(comparator, Laboratory.Finding(Laboratory.Fact(Sender.Loinc("2951-2"), text, "mmol/L", apart)).Comparator);

    [Theory]
    [InlineData("<5", ">")]
    [InlineData("5", "ad")]
    [InlineData("5", "~")]
    public void a_comparator_that_contradicts_or_is_unknown_is_refused(string text, string apart) =>
        Assert.Equal(RejectionReasons.ValueNotUnderstood, Laboratory.Rejection(Laboratory.Fact(Sender.Loinc("2951-2"), text, "mmol/L", apart)).Reason);

    [Fact]
    public void no_value_is_a_missing_value() =>
        Assert.Equal(RejectionReasons.ValueMissing, Laboratory.Rejection(Laboratory.Fact(Sender.Loinc("2951-2"), " ", "mmol/L")).Reason);

    [Theory]
    [InlineData("POS", ResultCategory.Positive)]
    [InlineData("Svag pos", ResultCategory.Positive)]
    [InlineData("GRÅZONE", ResultCategory.Inconclusive)]
    [InlineData("neg.", ResultCategory.Negative)]
    [InlineData("Ikke  påvist", ResultCategory.NotDetected)]
    [InlineData("Not detected", ResultCategory.NotDetected)]
    public void words_become_categories_on_a_nominal_concept_and_are_kept(string text, ResultCategory category)
    {
        var finding = Laboratory.Finding(Laboratory.Fact(Sender.Npu("NPU14137"), text));
        Assert.Equal(category, finding.Category);
        Assert.Equal(text, finding.Text);
        Assert.Null(finding.Value);
        Assert.Equal("7852-7", finding.Concept.Code.Value);
    }

    [Theory]
    [InlineData("NotDone")]
    [InlineData("See Comments")]
    [InlineData("UNABLE TO REPORT")]
    public void words_that_say_there_is_no_result_are_not_results(string text) =>
        Assert.Equal(RejectionReasons.NotResulted, Laboratory.Rejection(Laboratory.Fact(Sender.Loinc("2951-2"), text, "mmol/L")).Reason);

    [Fact]
    public void a_known_word_on_a_quantity_is_its_category()
    {
        var finding = Laboratory.Finding(Laboratory.Fact(Sender.Loinc("72493-0"), "Not detected"));
        Assert.Equal(ResultCategory.NotDetected, finding.Category);
        Assert.Equal("[IU]/mL", finding.Concept.Unit);
    }

    [Fact]
    public void a_coded_answer_decides_before_its_words()
    {
        var fact = Laboratory.Fact(Sender.Loinc("16128-1"), "see code") with { Answers = [new Coding(new Code("urn:oid:2.16.840.1.113883.6.96", "260385009"), "Negative")] };
        Assert.Equal(ResultCategory.Negative, Laboratory.Finding(fact).Category);
    }

    [Fact]
    public void a_number_on_a_nominal_concept_is_kept_as_it_was_written()
    {
        var finding = Laboratory.Finding(Laboratory.Fact(Sender.Loinc("7852-7"), "12.5", "AU/mL"));
        Assert.Equal((null, "12.5 AU/mL"), (finding.Value, finding.Text));
    }

    [Fact]
    public void a_text_as_long_as_a_document_is_refused()
    {
        Assert.Equal(4000, Laboratory.Finding(Laboratory.Fact(Sender.Loinc("24351-9"), new string('x', 4000))).Text!.Length);
        Assert.Equal(RejectionReasons.ValueNotUnderstood, Laboratory.Rejection(Laboratory.Fact(Sender.Loinc("24351-9"), new string('x', 4001))).Reason);
    }
}
