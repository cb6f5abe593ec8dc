using DatacenterOst.Clinical;
using DatacenterOst.Normalise;
using DatacenterOst.Sources;

namespace DatacenterOst.UnitTests.Normalise;

public sealed class When_codes_and_statuses_are_read
{
    private static readonly Sender Laboratory = new();

    [Theory]
    [InlineData("2160-0")]
    [InlineData("38483-4")]
    [InlineData("14682-9")]
    public void codes_of_one_analyte_are_one_concept(string loinc) =>
        Assert.Equal(Sender.Terminology.FindByKey("creatinine")!.Concept, Laboratory.Finding(Laboratory.Fact(Sender.Loinc(loinc), "96", "umol/L")).Concept);

    [Fact]
    public void another_specimen_is_another_concept() =>
        Assert.NotEqual(Sender.Terminology.FindByCode(Sender.Loinc("2160-0")), Sender.Terminology.FindByCode(Sender.Loinc("2161-8")));

    [Fact]
    public void the_first_code_of_a_known_group_wins_over_an_earlier_standard_one()
    {
        var fact = Laboratory.Fact(Sender.Loinc("2160-0"), "96", "umol/L") with
        {
            Codings = [new Coding(new Code("urn:local", "KREA")), new Coding(new Code(CodeSystems.Snomed, "70901006")), new Coding(Sender.Npu("NPU18016"), "Kreatinin")],
        };
        var finding = Laboratory.Finding(fact);
        Assert.Equal("14682-9", finding.Concept.Code.Value);
        Assert.Equal("Kreatinin", finding.Coding.Display);
    }

    [Fact]
    public void a_standard_code_outside_all_groups_is_a_concept_of_its_own_with_the_unit_as_given()
    {
        var finding = Laboratory.Finding(Laboratory.Fact(Sender.Loinc("6246-3"), "0.18", "kU/L"));
        Assert.Equal((Sender.Loinc("6246-3"), "kU/L"), (finding.Concept.Code, finding.Concept.Unit));
        Assert.Equal(RejectionReasons.UnitMissing, Laboratory.Rejection(Laboratory.Fact(Sender.Loinc("6246-3"), "0.18")).Reason);
    }

    [Fact]
    public void an_older_name_of_a_code_system_is_the_same_system() =>
        Assert.Equal("14682-9", Laboratory.Finding(Laboratory.Fact(new Code("urn:oid:1.2.208.176.2.1", "NPU18016"), "96")).Concept.Code.Value);

    [Fact]
    public void a_code_of_no_map_is_rejected_under_its_name()
    {
        var rejection = Laboratory.Rejection(Laboratory.Fact(new Code("urn:local", "KREA"), "96", "umol/L"));
        Assert.Equal((RejectionReasons.CodeUnmapped, "urn:local|KREA"), (rejection.Reason, rejection.Subject));
        Assert.Equal(RejectionReasons.CodeMissing, Laboratory.Rejection(Laboratory.Fact(default, "1") with { Codings = [] }).Reason);
        Assert.Equal(RejectionReasons.CodeMissing, Laboratory.Rejection(Laboratory.Fact(default, "1")).Reason);
        Assert.Equal(RejectionReasons.CodeUnmapped, Laboratory.Rejection(Laboratory.Fact(Sender.Loinc(new string('9', 300)), "1")).Reason);
        Assert.Equal(RejectionReasons.UnitUnknown, Laboratory.Rejection(Laboratory.Fact(Sender.Loinc("2951-2"), "1", new string('(', 9000))).Reason);
    }

    [Fact]
    public void medication_and_procedures_pass_with_their_own_codes_and_no_unit()
    {
        var procedure = Laboratory.Finding(Laboratory.Fact(new Code(CodeSystems.Sks, "KKAS10"), null) with { Kind = FactKind.Procedure });
        Assert.Equal((new Code(CodeSystems.Sks, "KKAS10"), "", null), (procedure.Concept.Code, procedure.Concept.Unit, procedure.Value));
        var medicine = Laboratory.Finding(Laboratory.Fact(new Code(CodeSystems.Sks, "MJ05AB14"), null) with { Kind = FactKind.Medication });
        Assert.Equal(new Code(CodeSystems.Atc, "J05AB14"), medicine.Concept.Code);
    }

    [Fact]
    public void a_profile_that_names_a_map_that_is_not_there_is_told_so() =>
        Assert.Contains("no-such", Assert.Throws<Problem>(() => new Sender("no-such").Normaliser()).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(null, FactStatus.Final)]
    [InlineData("final", FactStatus.Final)]
    [InlineData("F", FactStatus.Final)]
    [InlineData("registered", FactStatus.Preliminary)]
    [InlineData("preliminary", FactStatus.Preliminary)]
    [InlineData("P", FactStatus.Preliminary)]
    [InlineData("amended", FactStatus.Corrected)]
    [InlineData("corrected", FactStatus.Corrected)]
    [InlineData("C", FactStatus.Corrected)]
    [InlineData("entered-in-error", FactStatus.Retracted)]
    [InlineData("D", FactStatus.Retracted)]
    [InlineData("W", FactStatus.Retracted)]
    public void a_status_of_FHIR_or_v2_is_one_of_four(string? status, FactStatus expected) =>
        Assert.Equal(expected, Laboratory.Finding(Laboratory.Fact(Sender.Loinc("2951-2"), "140", "mmol/L", status: status)).Status);

    [Fact]
    public void a_retraction_needs_no_value_and_an_unknown_status_is_refused()
    {
        var finding = Laboratory.Finding(Laboratory.Fact(Sender.Loinc("2951-2"), null, status: "entered-in-error"));
        Assert.Equal((FactStatus.Retracted, null), (finding.Status, finding.Value));
        Assert.Equal(RejectionReasons.StatusUnknown, Laboratory.Rejection(Laboratory.Fact(Sender.Loinc("2951-2"), "140", "mmol/L", status: "Z")).Reason);
    }

    [Theory]
    [InlineData("X")]
    [InlineData("cancelled")]
    public void a_result_that_cannot_be_had_is_rejected_and_takes_back_what_was_announced(string status)
    {
        var item = Laboratory.Normalise(Laboratory.Fact(Sender.Loinc("2951-2"), null, status: status));
        Assert.Equal(RejectionReasons.NotResulted, Assert.Single(item.Rejections).Reason);
        Assert.Equal(FactStatus.Retracted, Assert.Single(item.Findings).Finding.Status);
        Assert.Empty(Laboratory.Normalise(Laboratory.Fact(Sender.Loinc("2951-2"), null, status: status) with { ResultId = null }).Findings);
    }

    [Fact]
    public void a_part_that_is_wrong_leaves_the_good_rest_of_its_item()
    {
        var pressure = new RawItem
        {
            Place = "entry[4]",
            Facts = [Laboratory.Fact(Sender.Loinc("8480-6"), "130", "mm[Hg]") with { Place = "component[1]" }, Laboratory.Fact(Sender.Loinc("8462-4"), "80") with { Place = "component[0]" }],
            Problem = null,
        };
        var unread = new RawItem { Place = "entry[5]", Problem = new RawProblem(RejectionReasons.Unreadable, "the entry is not JSON") };
        var record = Laboratory.Normaliser().Normalise(new RawRecord(default, "entry[4]", null, [pressure, unread]), Sender.Arrival);
        Assert.Equal("component[1]", Assert.Single(record.Items[0].Findings).Place);
        Assert.Equal(("entry[4], component[0]", RejectionReasons.UnitMissing), Place(Assert.Single(record.Items[0].Rejections)));
        Assert.Equal(("entry[5]", RejectionReasons.Unreadable), Place(Assert.Single(record.Items[1].Rejections)));
    }

    private static (string, string) Place(Rejection rejection) => (rejection.Place, rejection.Reason);

    [Fact]
    public void results_without_an_identity_of_their_own_are_told_apart_by_what_they_say()
    {
        var first = Laboratory.Fact(Sender.Loinc("2951-2"), "139", "mmol/L") with { ResultId = null };
        var same = Laboratory.Normalise(first).Findings[0].Finding.ResultId;
        Assert.Equal(same, Laboratory.Normalise(first).Findings[0].Finding.ResultId);
        Assert.NotEqual(same, Laboratory.Normalise(first with { Value = "140" }).Findings[0].Finding.ResultId);
        Assert.NotEqual(same, Laboratory.Normalise(first with { ObservedAt = new RawTime("2026-03-02T08:00:00Z", TimeFormat.Iso, "UTC") }).Findings[0].Finding.ResultId);
    }
}
