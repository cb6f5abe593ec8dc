namespace DatacenterOst.Specs.CommandLine;

/// <summary><c>dost units</c></summary>
public sealed class When_units_are_asked_about : IDisposable
{
    private readonly Tool tool = new();

    [Theory]
    [InlineData("99 mg/dL", "5.5", "mmol/L", "mg/dL", "--substance", "glucose")]
    [InlineData("99.0858 mg/dL", "5.5", "mmol/L", "mg/dL", "--substance", "Glucose", "--exact")]
    [InlineData("1.09 mg/dL", "96.0", "umol/L", "mg/dL", "--substance", "Kreatinin")]
    [InlineData("1200 umol/L", "1.2", "mmol/L", "umol/L")]
    [InlineData("14 [degF]", "-10", "Cel", "[degF]")]
    public async Task a_value_is_converted_with_honest_digits(string expected, params string[] arguments)
        => Assert.Equal(expected + "\n", await tool.Answer(["units", "convert", .. arguments]));

    [Theory]
    [InlineData("--substance NAME; known are albumin, ", "5.5", "mmol/L", "mg/dL")]
    [InlineData("no molar mass of 'kryptonite'; known are albumin, ", "5.5", "mmol/L", "mg/dL", "--substance", "kryptonite")]
    [InlineData("value: '5,5'", "5,5", "mmol/L", "mg/dL")]
    [InlineData("value: '1e400'", "1e400", "m", "km")]
    [InlineData("from: 'mmHg' is not a unit of UCUM; millimetres of mercury are mm[Hg]", "5", "mmHg", "kPa")]
    [InlineData("to: the unit is empty", "5", "m", "")]
    [InlineData("measure different quantities", "1", "m", "s")]
    [InlineData("beyond the numbers", "1e28", "km", "nm")]
    public async Task what_cannot_be_converted_says_why_and_what_to_do(string expected, params string[] arguments)
        => Assert.Contains(expected, await tool.Refusal(["units", "convert", .. arguments]), StringComparison.Ordinal);

    [Fact]
    public async Task a_unit_of_UCUM_is_told_in_words()
        => Assert.Equal("mmol/L: valid, (millimole) / (liter), in base units m-3\n", await tool.Answer("units", "check", "mmol/L"));

    [Theory]
    [InlineData("mcg", "a microgram is ug")]
    [InlineData("µmol/l", "written umol/L in UCUM")]
    [InlineData("", "the unit is empty")]
    public async Task a_spelling_that_UCUM_does_not_know_is_answered_with_what_to_write(string code, string expected)
        => Assert.Contains(expected, await tool.Refusal("units", "check", code), StringComparison.Ordinal);

    [Fact]
    public async Task text_of_any_length_is_no_unit()
        => Assert.Contains("at most 500 characters", await tool.Refusal("units", "check", new string('(', 100_000)), StringComparison.Ordinal);

    public void Dispose() => tool.Dispose();
}
