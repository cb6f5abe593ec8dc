using System.Text;
using DatacenterOst.Clinical;
using DatacenterOst.Sources;
using static DatacenterOst.UnitTests.Sources.Reading;

namespace DatacenterOst.UnitTests.Sources;

public sealed class When_a_laboratory_message_is_read
{
    private const string Head = "MSH|^~\\&|LAB|RH|EHR|RH|20260301093000||ORU^R01^ORU_R01|M1|P|2.5.1\rPID|1||010203-1234^^^CPR~77^^^RH&1.2.3&ISO^MR~9^^^RH^VN||Møller^Anna^B||19030201|F\rOBR|1|P7|F9^LAB||||20260301080000|||||||||||||||20260301091500+0100\r";

    private static Task<List<RawRecord>> Result(string obx) => Read("oru-r01", Head + obx + "\r");

    [Fact]
    public async Task it_says_who_what_when_and_which()
    {
        var records = await Result("OBX|1|NM|NPU18016^Kreatininium;P^NPU^2160-0^Creatinine^LN|1|96|umol/L^^UCUM|60-105|H|||F|||20260301075500");
        var patient = Assert.Single(records).Patient!;
        Assert.Equal([new Identifier(CodeSystems.Cpr, "0102031234"), new Identifier("urn:oid:1.2.3", "77")], patient.Identifiers);
        Assert.Equal(new Demographics("Møller", "Anna B", new DateOnly(1903, 2, 1), Sex.Female), patient.Demographics);
        var fact = records.OnlyFact();
        Assert.Equal([new Coding(new Code(CodeSystems.Npu, "NPU18016"), "Kreatininium;P"), new Coding(new Code(CodeSystems.Loinc, "2160-0"), "Creatinine")], fact.Codings);
        Assert.Equal(("96", "umol/L", "F"), (fact.Value, fact.Unit, fact.Status));
        Assert.Equal(new RawTime("20260301075500", TimeFormat.Hl7v2, "Europe/Copenhagen"), fact.ObservedAt);
        Assert.Equal(new RawTime("20260301091500+0100", TimeFormat.Hl7v2, "Europe/Copenhagen"), fact.KnownAt);
        Assert.Equal("LAB|RH|f:F9^LAB|http://npu-terminology.org|NPU18016|1", fact.ResultId);
        Assert.Equal("message 1, OBX[1]", records.OnlyItem().Place);
    }

    [Theory]
    [InlineData("NM", "1e400", null, "1e400")]
    [InlineData("NM", "-0.50", null, "-0.50")]
    [InlineData("SN", ">^100", ">", "100")]
    [InlineData("SN", "<=^3", "<=", "3")]
    [InlineData("SN", "^1^:^128", null, "1:128")]
    [InlineData("SN", "^5^-^10", null, "5-10")]
    [InlineData("SN", "^2^+", null, "2+")]
    [InlineData("SN", "=^182", null, "182")]
    [InlineData("ST", "a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f", null, "a|b^c&d~e\\f")]
    [InlineData("ST", "50 \\XC2B5\\g", null, "50 µg")]
    [InlineData("FT", "one\\.br\\two", null, "one\ntwo")]
    [InlineData("TX", "one~two", null, "one\ntwo")]
    [InlineData("ST", "C:\\temp", null, "C:\\temp")]
    [InlineData("DT", "20260230", null, "20260230")]
    [InlineData("CE", "260415000^not detected^SCT", null, "not detected")]
    [InlineData("CWE", "260415000^not detected^SCT^^^^^^None seen", null, "None seen")]
    [InlineData("NM", "\"\"", null, null)]
    public async Task each_type_of_value_becomes_text_as_written(string type, string written, string? comparator, string? value)
    {
        var fact = (await Result($"OBX|1|{type}|1^x^LN||{written}||||||F")).OnlyFact();
        Assert.Equal((comparator, value), (fact.Comparator, fact.Value));
    }

    [Fact]
    public async Task a_coded_answer_keeps_its_code() =>
        Assert.Equal(new Coding(new Code(CodeSystems.Snomed, "260415000"), "not detected"), Assert.Single((await Result("OBX|1|CWE|1^x^LN||260415000^not detected^SCT||||||F")).OnlyFact().Answers));

    [Fact]
    public async Task a_flag_below_the_instruments_range_is_the_operator() =>
        Assert.Equal("<", (await Result("OBX|1|NM|1^x^LN||0.5|mg/L||<|||F")).OnlyFact().Comparator);

    [Fact]
    public async Task repeated_numbers_are_results_of_their_own()
    {
        var facts = (await Result("OBX|1|NM|1^x^LN||27~25||||||F")).OnlyItem().Facts;
        Assert.Equal(["27", "25"], facts.Select(f => f.Value));
        Assert.Equal(2, facts.Select(f => f.ResultId).Distinct().Count());
    }

    [Theory]
    [InlineData("OBX|1|ED|1^x^LN||^APPLICATION^PDF^Base64^AAAA||||||F", RejectionReasons.NotSupported)]
    [InlineData("OBX|1|NM|1^x^LN||||||||X", RejectionReasons.NotResulted)]
    public async Task what_is_no_result_is_an_item_with_a_reason(string obx, string reason) =>
        Assert.Equal(reason, (await Result(obx)).OnlyItem().Problem!.Reason);

    [Fact]
    public async Task a_test_named_twice_is_two_results_but_a_correction_is_the_same()
    {
        var twice = (await Result("OBX|1|NM|1^x^LN||1||||||F\rOBX|2|NM|1^x^LN||2||||||F\rOBX|3|NM|1^x^LN||3||||||C")).SelectMany(r => r.Items).SelectMany(i => i.Facts).Select(f => f.ResultId).ToList();
        Assert.NotEqual(twice[0], twice[1]);
        Assert.Equal(twice[0], twice[2]);
    }

    [Fact]
    public async Task without_a_time_of_its_own_a_result_has_that_of_the_specimen()
    {
        var records = await Read("oru-r01", "MSH|^~\\&|L||||202603010930||ORU^R01|1|P|2.5\rPID|||1^^^A\rOBR|1|||x\rOBX|1|NM|1^x^LN||5||||||F\rSPM|1||||||||||||||||202603010800^202603010801\r");
        var fact = records.OnlyFact();
        Assert.Equal(("202603010800", "202603010930"), (fact.ObservedAt!.Value.Text, fact.KnownAt!.Value.Text));
        Assert.Null(fact.ResultId);
        Assert.Equal(new Identifier("urn:dost:v2:A", "1"), Assert.Single(records[0].Patient!.Identifiers));
    }

    [Fact]
    public async Task the_same_number_from_two_hospitals_is_not_the_same_identifier()
    {
        var records = await Read("oru-r01", "MSH|^~\\&|L|NORTH|||1||ORU^R01|1|P|2.5\rPID|||1\rMSH|^~\\&|L|SOUTH|||1||ORU^R01|1|P|2.5\rPID|||1\r");
        Assert.Equal(2, records.Select(r => r.Patient!.Identifiers[0]).Distinct().Count());
    }

    [Fact]
    public async Task two_patients_in_a_message_are_two_records()
    {
        var records = await Read("oru-r01", "MSH|^~\\&|L||||1||ORU^R01|1|P|2.5\rPID|||1^^^A\rOBX|1|NM|1||5||||||F\rPID|||2^^^A\rOBX|1|NM|1||6||||||F\r");
        Assert.Equal(["1", "2"], records.Select(r => r.Patient!.Identifiers[0].Value));
        Assert.Equal(["OBX[1]", "OBX[2]"], records.Select(r => r.Items[0].Facts[0].Place));
        Assert.True(records[0].Bytes.Span.SequenceEqual(records[1].Bytes.Span));
    }

    [Theory]
    [InlineData("", "\r")]
    [InlineData("\uFEFF", "\n")]
    [InlineData("\u000B", "\r\n")]
    public async Task line_ends_framing_and_marks_do_not_matter(string before, string lineEnd)
    {
        var message = (Head + "OBX|1|NM|1^x^LN||96||||||F\r").Replace("\r", lineEnd, StringComparison.Ordinal);
        var end = before == "\u000B" ? "\u001C\r" : "";
        var records = await Read("oru-r01", "FHS|^~\\&\rBHS|^~\\&\r" + before + message + end + before + message + end + "BTS|2\rFTS|1\r");
        Assert.Equal(["96", "96"], records.SelectMany(r => r.Items).Select(i => Assert.Single(i.Facts).Value));
        Assert.All(records, r => Assert.Equal(message, Encoding.UTF8.GetString(r.Bytes.Span)));
    }

    [Fact]
    public async Task latin_letters_are_read_where_the_message_says_so()
    {
        var message = Head.Replace("|P|2.5.1", "|P|2.5.1||||||8859/1", StringComparison.Ordinal);
        var records = await Read("oru-r01", Encoding.Latin1.GetBytes(message));
        Assert.Equal("Møller", Assert.Single(records).Patient!.Demographics.FamilyName);
    }
}
