using System.Text;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Sources;
using DatacenterOst.Sources.Fhir;
using static DatacenterOst.UnitTests.Sources.Reading;

namespace DatacenterOst.UnitTests.Sources;

public sealed class When_a_bundle_is_read
{
    private const string Patient = """{"resourceType":"Patient","id":"p","identifier":[{"system":"urn:oid:1.2.208.176.1.2","value":"010203-1234"},{"value":"no system"}],"name":[{"use":"old","family":"Hansen"},{"use":"official","family":"Møller","given":["Anna","B"]}],"gender":"female","birthDate":"1903-02-01"}""";
    private const string Result = """{"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2160-0"}]},"subject":{"reference":"urn:uuid:aa"},"effectiveDateTime":"2026-03-01T08:00:00+01:00","issued":"2026-03-01T09:00:00+01:00","valueQuantity":{"value":96.10,"comparator":"<","unit":"µmol/l","system":"http://unitsofmeasure.org","code":"umol/L"}}""";

    private static string Bundle(params string[] entries) => $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(",\n", entries)}}]}""";

    private static string Entry(string url, string resource) => $$"""{"fullUrl":"{{url}}","resource":{{resource}}}""";

    private static string Observation(string rest) => $$"""{"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"code":"c"}]},"subject":{"reference":"Patient/p"},{{rest}}}""";

    [Fact]
    public async Task each_entry_is_a_record_and_references_become_ids()
    {
        var records = await Read("fhir", Bundle(Entry("urn:uuid:aa", Patient), Entry("urn:uuid:bb", Result)));
        Assert.Equal(["entry[0]", "entry[1]"], records.Select(r => r.Place));
        var anna = records[0].Patient!;
        Assert.Equal("Patient/p", anna.Reference);
        Assert.Equal(new Identifier(CodeSystems.Cpr, "0102031234"), Assert.Single(anna.Identifiers));
        Assert.Equal(new Demographics("Møller", "Anna B", new DateOnly(1903, 2, 1), Sex.Female), anna.Demographics);
        Assert.Equal("Patient/p", records[1].Patient!.Reference);
        Assert.Equal(Result, Encoding.UTF8.GetString(records[1].Bytes.Span));
        var kept = records[1].Items[0].Resource!;
        Assert.Equal("Patient/p", kept.Root["subject"]["reference"].AsString());
        Assert.Equal("96.10", kept.Root["value"]["value"].DecimalText);
        var fact = Assert.Single(records[1].Items[0].Facts);
        Assert.Equal(("96.10", "<", "umol/L", "final", "Observation/o"), (fact.Value, fact.Comparator, fact.Unit, fact.Status, fact.ResultId));
        Assert.Equal(("2026-03-01T08:00:00+01:00", "2026-03-01T09:00:00+01:00"), (fact.ObservedAt!.Value.Text, fact.KnownAt!.Value.Text));
    }

    [Fact]
    public async Task a_patient_that_comes_after_its_results_is_known_by_the_same_urn()
    {
        var records = await Read("fhir", Bundle(Entry("urn:uuid:bb", Result), Entry("urn:uuid:aa", Patient)));
        var urn = new Identifier(References.UriSystem, "urn:uuid:aa");
        Assert.Equal("urn:uuid:aa", records[0].Patient!.Reference);
        Assert.Equal([urn], records[0].Patient!.Identifiers);
        Assert.Contains(urn, records[1].Patient!.Identifiers);
    }

    [Theory]
    [InlineData("\"valueString\":\"Positiv\"", "Positiv", null)]
    [InlineData("\"valueInteger\":7", "7", null)]
    [InlineData("\"valueBoolean\":true", "true", null)]
    [InlineData("\"valueRange\":{\"low\":{\"value\":5,\"unit\":\"g\"},\"high\":{\"value\":10,\"unit\":\"g\"}}", "5-10", "g")]
    [InlineData("\"valueRatio\":{\"numerator\":{\"value\":1},\"denominator\":{\"value\":128}}", "1:128", null)]
    [InlineData("\"valueQuantity\":{\"value\":1.7e300,\"unit\":\"g\"}", "1.7e300", "g")]
    [InlineData("\"valueCodeableConcept\":{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"260415000\",\"display\":\"Not detected\"}]}", "Not detected", null)]
    [InlineData("\"valueDateTime\":\"2026-02-01\"", "2026-02-01", null)]
    public async Task each_type_of_value_becomes_text_as_written(string value, string text, string? unit)
    {
        var fact = (await Read("fhir", Observation(value))).OnlyFact();
        Assert.Equal((text, unit), (fact.Value, fact.Unit));
    }

    [Fact]
    public async Task components_are_facts_and_a_missing_one_is_a_problem_beside_them()
    {
        var item = (await Read("fhir", Observation("""
            "effectiveDateTime":"2026-03-01","component":[
              {"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":120,"unit":"mmHg"}},
              {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"dataAbsentReason":{"coding":[{"code":"not-performed"}]}}]
            """))).OnlyItem();
        var systolic = Assert.Single(item.Facts);
        Assert.Equal(("component[0]", "Observation/o#http://loinc.org|8480-6", "2026-03-01"), (systolic.Place, systolic.ResultId, systolic.ObservedAt!.Value.Text));
        Assert.Equal(new RawProblem(RejectionReasons.NotResulted, "component[1]: there is no value: not-performed"), item.Problem);
    }

    [Fact]
    public async Task medication_procedures_conditions_and_vaccines_are_facts_of_their_kind()
    {
        var records = await Read("fhir", string.Join('\n',
            """{"resourceType":"MedicationRequest","id":"1","status":"active","intent":"order","subject":{"reference":"Patient/p"},"authoredOn":"2026-01-01","contained":[{"resourceType":"Medication","id":"m","code":{"coding":[{"system":"http://www.whocc.no/atc","code":"J05AB14"}]}}],"medicationReference":{"reference":"#m"}}""",
            """{"resourceType":"MedicationRequest","id":"2","status":"active","intent":"proposal","subject":{"reference":"Patient/p"},"medicationCodeableConcept":{"coding":[{"code":"x"}]}}""",
            """{"resourceType":"Procedure","id":"3","status":"completed","subject":{"reference":"Patient/p"},"code":{"coding":[{"code":"KKAS10"}]},"performedPeriod":{"start":"2026-01-01","end":"2026-01-02"}}""",
            """{"resourceType":"Condition","id":"4","subject":{"reference":"Patient/p"},"code":{"coding":[{"code":"N17"}]},"onsetDateTime":"2026-01-01","abatementDateTime":"2026-02-01","recordedDate":"2026-01-03"}""",
            """{"resourceType":"Immunization","id":"5","status":"completed","patient":{"reference":"Patient/p"},"vaccineCode":{"coding":[{"code":"140"}]},"occurrenceDateTime":"2026-01-01"}""",
            """{"resourceType":"Organization","id":"6","name":"Hospital"}"""));
        Assert.Equal(
            ["Medication J05AB14 2026-01-01 ", "Procedure KKAS10 2026-01-01 2026-01-02", "Condition N17 2026-01-01 2026-02-01", "Medication 140 2026-01-01 "],
            records.SelectMany(r => r.Items).SelectMany(i => i.Facts).Select(f => $"{f.Kind} {f.Codings[0].Code.Value} {f.ObservedAt?.Text} {f.EndedAt?.Text}"));
        Assert.Equal(6, records.Count(r => r.Items.Single() is { Problem: null, Resource: not null }));
        Assert.Equal("line 6", records[5].Place);
        Assert.Null(records[5].Patient);
    }

    [Fact]
    public async Task a_cut_bundle_gives_the_entries_before_the_cut()
    {
        var records = await Read("fhir", Bundle(Entry("urn:uuid:aa", Patient), Entry("urn:uuid:bb", Result))[..^100]);
        Assert.Equal([null, RejectionReasons.Truncated], records.Select(r => r.Items[0].Problem?.Reason));
    }

    [Theory]
    [InlineData("""{"resourceType":"Observation","status":"final","colour":"red"}""", RejectionReasons.Unreadable)]
    [InlineData("""{"resourceType":"Observation","status":"fi""", RejectionReasons.Truncated)]
    [InlineData("""{"resourceType":"Observation","status":"final","valueQuantity":{"value":1e400}}""", RejectionReasons.Unreadable)]
    [InlineData("""{"resourceType":"Observation","status":"final","effectiveDateTime":"2026-02-30"}""", RejectionReasons.Unreadable)]
    [InlineData("<Bundle/>", RejectionReasons.Unreadable)]
    [InlineData("", RejectionReasons.Truncated)]
    public async Task what_is_no_resource_is_one_clear_problem(string text, string reason) =>
        Assert.Equal(reason, (await Read("fhir", text)).OnlyItem().Problem!.Reason);

    [Fact]
    public async Task a_bad_entry_or_line_does_not_stop_the_rest()
    {
        const string bad = """{"resourceType":"Observation","status":12}""";
        var bundle = await Read("fhir", Bundle(Entry("urn:uuid:aa", Patient), Entry("urn:uuid:cc", bad), "{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient/p\"}}", Entry("urn:uuid:bb", Result)));
        Assert.Equal([null, RejectionReasons.Unreadable, RejectionReasons.NotSupported, null], bundle.Select(r => r.Items[0].Problem?.Reason));
        var lines = await Read("fhir", bad + "\n" + Patient + "\n" + Observation("\"valueInteger\":1")[..^9]);
        Assert.Equal([RejectionReasons.Unreadable, null, RejectionReasons.Truncated], lines.Select(r => r.Items[0].Problem?.Reason));
    }

    [Fact]
    public void only_references_are_rewritten()
    {
        var resource = Resource.ParseJson("""{"resourceType":"Observation","status":"final","code":{"text":"\"reference\": \"urn:uuid:aa\""},"subject": { "reference" : "urn:uuid:aa" },"focus":[{"reference":"urn:uuid:zz"}],"valueQuantity":{"value":1.500}}"""u8.ToArray());
        var rewritten = References.Rewrite(resource, new Dictionary<string, string> { ["urn:uuid:aa"] = "Patient/p" });
        Assert.Equal("""{"resourceType":"Observation","status":"final","code":{"text":"\"reference\": \"urn:uuid:aa\""},"subject":{"reference":"Patient/p"},"focus":[{"reference":"urn:uuid:zz"}],"valueQuantity":{"value":1.500}}""".Replace("\\\"", "\\u0022", StringComparison.Ordinal), Encoding.UTF8.GetString(rewritten.ToJson()).Replace("\\\"", "\\u0022", StringComparison.Ordinal));
    }

    [Fact]
    public void nothing_but_items_comes_out_whatever_is_done_to_the_bytes()
    {
        var bundle = Bundle(Entry("urn:uuid:bb", Result), Entry("urn:uuid:aa", Patient), Entry("urn:uuid:cc", Result));
        Damage.Check([Encoding.UTF8.GetBytes(bundle), Encoding.UTF8.GetBytes(Patient + "\n" + Result + "\r\n" + bundle + "\n"), Encoding.UTF8.GetBytes(Observation("\"component\":[{\"code\":{\"text\":\"x\"},\"valueRatio\":{\"numerator\":{\"value\":1}}}]"))], 1500, bytes =>
        {
            var records = SourceProfiles.SourceOf(Profile("fhir")).Read(new MemoryStream(bytes), CancellationToken.None).ToBlockingEnumerable().ToList();
            return records.All(r => r.Items.All(i => i.Resource is not null || i.Problem is { Message.Length: > 0 }));
        });
    }
}
