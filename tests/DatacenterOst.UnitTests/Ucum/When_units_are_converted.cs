namespace DatacenterOst.UnitTests.Ucum;

using Ucum = DatacenterOst.Fhir.Ucum;
using UcumException = DatacenterOst.Fhir.UcumException;

public sealed class When_units_are_converted
{
    [Theory]
    [InlineData(5.5, "mmol/L", "umol/L", 5500)]
    [InlineData(96, "umol/L", "mmol/L", 0.096)]
    [InlineData(1, "[in_i]", "cm", 2.54)]
    [InlineData(37, "Cel", "[degF]", 98.6)]
    [InlineData(98.6, "[degF]", "Cel", 37)]
    [InlineData(310.15, "K", "Cel", 37)]
    [InlineData(7, "[pH]", "mol/L", 0.0000001)]
    [InlineData(10, "dB", "1", 10)]
    [InlineData(120, "mm[Hg]", "kPa", 15.99864)]
    [InlineData(4.5, "10*9/L", "10*3/uL", 4.5)]
    [InlineData(500, "m[IU]/mL", "[IU]/mL", 0.5)]
    [InlineData(1, "W/(m2.Cel)", "W/m2/K", 1)]
    [InlineData(3, "{copies}/mL", "/L", 3000)]
    public void the_result_is_exact(double value, string from, string to, double expected) =>
        Assert.Equal((decimal)expected, Ucum.Convert((decimal)value, from, to));

    [Theory]
    [InlineData("mg/dL", "mmol/L"), InlineData("[IU]", "mg"), InlineData("[IU]", "1"), InlineData("[IU]", "[arb'U]"), InlineData("Cel", "m")]
    public void different_quantities_are_refused(string from, string to)
    {
        Assert.False(Ucum.Commensurable(from, to));
        Assert.Contains("different quantities", Assert.Throws<UcumException>(() => Ucum.Convert(1, from, to)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void mass_and_amount_need_the_molar_mass()
    {
        Assert.True(Ucum.TryConvert(5.5m, "mmol/L", "mg/dL", 180.156m, out var glucose));
        Assert.Equal(99.0858m, Math.Round(glucose, 10));
        Assert.True(Ucum.TryConvert(glucose, "mg/dL", "mmol/L", 180.156m, out var back));
        Assert.Equal(5.5m, Math.Round(back, 12));
        Assert.False(Ucum.TryConvert(1, "mg/dL", "mmol", 180.156m, out _));
    }

    [Theory]
    [InlineData("100", "mg/dL", "mmol/L", "113.12", "8.8402"), InlineData("100.0", "mg/dL", "mmol/L", "113.12", "8.840"), InlineData("5.5", "mmol/L", "mg/dL", "180.156", "99")]
    [InlineData("2", "g/L", "mg/L", "113.12", "2000"), InlineData("100", "mg/dL", "mmol/L", "100", "10")]
    public void a_molar_mass_gives_no_more_digits_than_it_has(string value, string from, string to, string mass, string expected) => Assert.Equal(
        expected, Ucum.ConvertSignificant(Number(value), from, to, Number(mass)).ToString("0.############################", System.Globalization.CultureInfo.InvariantCulture).PadRight(expected.Length, '0'));

    private static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("sec", "a second is s"), InlineData("mcg/mL", "ug"), InlineData("mmol/", "expected"), InlineData("µg", "ASCII"), InlineData("", "empty"), InlineData("(m", "missing"), InlineData("10+3/ul", "not a unit")]
    public void what_is_no_unit_is_explained(string code, string hint) => Assert.Contains(hint, Ucum.Validate(code), StringComparison.Ordinal);

    [Fact]
    public void units_of_the_same_kind_share_their_base_units()
    {
        Assert.True(Ucum.TryParse("mmol/L", out var unit));
        Assert.Equal("m-3", unit.Canonical);
        Assert.True(Ucum.TryCanonicalise(5.5m, "g/L", out var value, out var canonical));
        Assert.Equal((5500m, "g.m-3"), (value, canonical));
    }

    [Fact]
    public void a_result_beyond_a_decimal_is_refused_not_wrapped() => Assert.False(Ucum.TryConvert(1e28m, "Ym", "ym", out _));
}
