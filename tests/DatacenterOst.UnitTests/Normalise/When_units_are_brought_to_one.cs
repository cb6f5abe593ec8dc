using System.Globalization;
using DatacenterOst.Clinical;

namespace DatacenterOst.UnitTests.Normalise;

public sealed class When_units_are_brought_to_one
{
    private static readonly Sender Laboratory = new();
    private static readonly Sender Mimic = new("mimic-iii");

    [Theory]
    // Mass and amount of substance, by molar mass.
    [InlineData("2160-0", "1.1", "mg/dL", "97.24", "umol/L")]
    [InlineData("14682-9", "96", "µmol/L", "96", "umol/L")]
    [InlineData("2345-7", "100", "mg/dL", "5.5507", "mmol/L")]
    [InlineData("3094-0", "14", "mg/dL", "4.998", "mmol/L")]
    [InlineData("3091-6", "30", "mg/dL", "4.995", "mmol/L")]
    [InlineData("2777-1", "3.1", "mg/dL", "1.001", "mmol/L")]
    [InlineData("2093-3", "200", "mg/dL", "5.1724", "mmol/L")]
    [InlineData("718-7", "8.7", "mmol/L", "14.02", "g/dL")]
    [InlineData("1988-5", "1.2", "mg/dL", "12", "mg/L")]
    [InlineData("54347-0", "600", "umol/L", "39.9", "g/L")]
    // UCUM.
    [InlineData("8310-5", "98.6", "°F", "37", "Cel")]
    [InlineData("6690-2", "7.5", "K/uL", "7.5", "10*9/L")]
    [InlineData("789-8", "4.5", "×10¹²/L", "4.5", "10*12/L")]
    [InlineData("11557-6", "40", "mmHg", "5.333", "kPa")]
    [InlineData("1742-6", "0.5", "µkat/L", "30", "U/L")]
    [InlineData("3016-3", "2.5", "mIU/L", "2.5", "m[IU]/L")]
    [InlineData("4544-3", "0.42", "L/L", "42", "%")]
    // Rules of the concept, where UCUM cannot know, or would be wrong.
    [InlineData("1742-6", "30", "IU/L", "30", "U/L")]
    [InlineData("4548-4", "7.0", "%", "53.01", "mmol/mol")]
    [InlineData("2000-8", "5", "mEq/L", "2.5", "mmol/L")]
    [InlineData("2823-3", "4.1", "mEq/L", "4.1", "mmol/L")]
    [InlineData("72493-0", "3000", "kopier/mL", "2730", "[IU]/mL")]
    [InlineData("72493-0", "2730", "IU/ml", "2730", "[IU]/mL")]
    [InlineData("9318-7", "3.39", "mg/mmol", "29.968", "mg/g")]
    public void a_value_comes_in_the_canonical_unit_of_its_concept(string loinc, string value, string unit, string canonical, string canonicalUnit)
    {
        var finding = Laboratory.Finding(Laboratory.Fact(Sender.Loinc(loinc), value, unit));
        Assert.Equal(canonicalUnit, finding.Concept.Unit);
        Assert.Equal(canonical, finding.Value!.Value.ToString(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("NPU03011", "0.97", "97", "%")]
    [InlineData("NPU27280", "0,965", "96.5", "%")]
    [InlineData("NPU03794", "1.82", "182", "cm")]
    [InlineData("NPU02319", "8.7", "14.02", "g/dL")]
    [InlineData("NPU01685", "2.4", "2.4", "1")]
    [InlineData("NPU18016", "96", "96", "umol/L")]
    public void an_NPU_code_fixes_the_unit_where_the_message_gives_none(string npu, string value, string canonical, string unit)
    {
        var finding = Laboratory.Finding(Laboratory.Fact(Sender.Npu(npu), value));
        Assert.Equal((canonical, unit), (finding.Value!.Value.ToString(CultureInfo.InvariantCulture), finding.Concept.Unit));
        Assert.Contains("npu/npu@1", finding.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void a_saturation_in_per_cent_under_a_code_that_fixes_a_fraction_is_out_of_range_and_not_9700_per_cent() =>
        Assert.Equal(RejectionReasons.ValueOutOfRange, Laboratory.Rejection(Laboratory.Fact(Sender.Npu("NPU27280"), "97")).Reason);

    [Theory]
    [InlineData("2160-0", "1.1", "", RejectionReasons.UnitMissing)]
    [InlineData("2160-0", "1.1", "furlong/fortnight", RejectionReasons.UnitUnknown)]
    [InlineData("2160-0", "1.1", "mm[Hg]", RejectionReasons.UnitNotConvertible)]
    [InlineData("6690-2", "7.5", "mmol/L", RejectionReasons.UnitNotConvertible)]
    [InlineData("2823-3", "4.1", "10*9/L", RejectionReasons.UnitNotConvertible)]
    [InlineData("2777-1", "2", "mEq/L", RejectionReasons.UnitNotConvertible)]
    [InlineData("3016-3", "2", "mmol/L", RejectionReasons.UnitNotConvertible)]
    [InlineData("20570-8", "142", "%", RejectionReasons.ValueOutOfRange)]
    public void what_cannot_be_converted_is_rejected_with_a_reason(string loinc, string value, string unit, string reason) =>
        Assert.Equal(reason, Laboratory.Rejection(Laboratory.Fact(Sender.Loinc(loinc), value, unit)).Reason);

    [Theory]
    [InlineData("51249", "33", "%", "786-4", "33", "g/dL")]
    [InlineData("51256", "70", "%", "770-8", "70", "%")]
    [InlineData("50820", "7.4", "units", "11558-4", "7.4", "[pH]")]
    [InlineData("51279", "4.5", "m/uL", "789-8", "4.5", "10*12/L")]
    [InlineData("50862", "4.0", "g/dL", "1751-7", "40", "g/L")]
    [InlineData("50911", "5", "ng/mL", "13969-1", "5", "ug/L")]
    [InlineData("50816", "40", "", "3150-6", "40", "%")]
    [InlineData("51237", "1.2", "", "6301-6", "1.2", "1")]
    [InlineData("51498", "1.010", " ", "5811-5", "1.01", "1")]
    [InlineData("51514", "2", "EU/dL", "20405-7", "2", "mg/dL")]
    public void the_local_codes_and_units_of_a_sender_hold_for_that_sender(string item, string value, string unit, string loinc, string canonical, string canonicalUnit)
    {
        var fact = Mimic.Fact(new Code("urn:mimic-iii:d-labitems", item), value, unit);
        var finding = Mimic.Finding(fact);
        Assert.Equal((loinc, canonical, canonicalUnit), (finding.Concept.Code.Value, finding.Value!.Value.ToString(CultureInfo.InvariantCulture), finding.Concept.Unit));
        Assert.Equal(RejectionReasons.CodeUnmapped, Laboratory.Rejection(fact).Reason);
    }

    [Fact]
    public void the_rules_that_made_a_value_are_named_with_their_version()
    {
        var finding = Mimic.Finding(Mimic.Fact(new Code("urn:mimic-iii:d-labitems", "50912"), "1.1", "mg/dL"));
        Assert.Equal("mimic-iii/d-labitems@1; concepts/members@2; mimic-iii/units@1; molar-mass creatinine@1; known-at-arrival@1", finding.Rule);
    }

    [Fact]
    public void converting_back_and_rounding_gives_what_the_source_wrote()
    {
        for (var tenths = 1; tenths < 400; tenths++)
        {
            var written = tenths / 10m;
            var stored = Laboratory.Finding(Laboratory.Fact(Sender.Loinc("2160-0"), written.ToString(CultureInfo.InvariantCulture), "mg/dL")).Value!.Value;
            Assert.Equal(written, decimal.Round(stored * 113.12m / 10_000m, 1));
        }
    }
}
