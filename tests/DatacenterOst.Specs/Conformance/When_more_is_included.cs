namespace DatacenterOst.Specs.Conformance;

/// <summary>_include and _revinclude (FHIR R4, 3.1.1.5.4).</summary>
[Collection(OverTheCohort.Name)]
public sealed class When_more_is_included(CohortServers servers)
{
    public static TheoryData<string, string, string> Includes => Stores.Table("""
        Observation?_id=ob1&_include=Observation:patient | ob1 + p1
        Observation?_id=ob1&_include=Observation:subject | ob1 + p1
        Observation?_id=ob1&_include=Observation:subject&_include=Observation:encounter | ob1 + p1 e1
        Observation?_id=ob1&_include=Observation:subject:Patient | ob1 + p1
        Observation?_id=ob1&_include=Observation:subject:Group | ob1
        Observation?_id=ob1,ob2&_include=Observation:patient | ob1 ob2 + p1
        Observation?_id=ob1,ob3&_include=Observation:patient | ob1 ob3 + p1 p2
        Observation?_id=ob5&_include=Observation:encounter | ob5
        Observation?_id=none&_include=Observation:patient | none
        Observation?_id=ob1&_include=Observation:* | ob1 + p1 e1 d1
        Observation?_id=ob1&_include=* | ob1 + p1 e1 d1
        Observation?_id=ob1&_include=*:* | ob1 + p1 e1 d1
        Observation?_id=ob1&_include=Observation:patient&_include:iterate=Patient:organization | ob1 + p1 o1
        Observation?_id=ob1&_include=Observation:patient&_include:iterate=Patient:organization&_include:iterate=Organization:partof | ob1 + p1 o1 o3
        Observation?_id=ob1&_include=Observation:patient&_include=Patient:organization | ob1 + p1
        Organization?_id=o1&_include:iterate=Organization:partof | o1 + o3
        Organization?_include=Organization:partof | o1 o2 o3
        DiagnosticReport?_id=dr1&_include=DiagnosticReport:result | dr1 + ob1 ob2
        DiagnosticReport?_id=dr1&_include=DiagnosticReport:result&_include:iterate=Observation:patient | dr1 + ob1 ob2 p1
        MedicationRequest?_id=m1&_include=MedicationRequest:medication | m1 + med1
        Condition?_id=c3&_include=Condition:subject | c3
        Patient?_id=p3&_include=Patient:link | p3 + p1
        Observation?_id=ob7&_include=Observation:derived-from | ob7 + ob6
        """);

    [Theory, MemberData(nameof(Includes))]
    public Task what_is_referred_to_comes_along_once(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> ReverseIncludes => Stores.Table("""
        Patient?_id=p1&_revinclude=Observation:patient | p1 + ob1 ob2 ob5
        Patient?_id=p1&_revinclude=Observation:subject | p1 + ob1 ob2 ob5
        Patient?_id=p1&_revinclude=Observation:patient&_revinclude:iterate=Provenance:target | p1 + ob1 ob2 ob5 pv1
        Patient?_id=p1&_revinclude=Observation:patient&_revinclude=Encounter:patient | p1 + ob1 ob2 ob5 e1 e3
        Patient?_id=p1&_revinclude=RiskAssessment:subject:Patient | p1 + r1
        Patient?_id=p1,p2&_revinclude=RiskAssessment:subject | p1 p2 + r1 r2
        Patient?_id=p5&_revinclude=Encounter:patient | p5
        Patient?_id=none&_revinclude=Observation:patient | none
        Observation?_id=ob1&_revinclude=Provenance:target | ob1 + pv1
        Observation?_id=ob1&_revinclude=Provenance:target&_revinclude=DiagnosticReport:result | ob1 + pv1 dr1
        Observation?_id=ob1&_include=Observation:patient&_revinclude=Provenance:target | ob1 + p1 pv1
        Medication?_id=med1&_revinclude=MedicationRequest:medication | med1 + m1
        Encounter?_id=e1&_revinclude=Encounter:part-of | e1 + e3
        """);

    [Theory, MemberData(nameof(ReverseIncludes))]
    public Task what_refers_here_comes_along_once(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Wrong => Stores.Table("""
        Observation?_id=ob1&_include=Observation | reasoned _include
        Observation?_id=ob1&_include=Starship:patient | reasoned _include
        Observation?_id=ob1&_include=Observation:colour | reasoned _include
        Observation?_id=ob1&_include=Observation:code | reasoned _include
        Observation?_id=ob1&_include=Observation:subject:Starship | reasoned _include
        Observation?_id=ob1&_include= | reasoned
        Patient?_id=p1&_revinclude=Observation:colour | reasoned _revinclude
        Patient?_id=p1&_revinclude=Observation | reasoned _revinclude
        Patient?_id=p1&_revinclude=Starship:x | reasoned _revinclude
        """);

    [Theory, MemberData(nameof(Wrong))]
    public Task an_include_that_cannot_be_meant_is_never_left_out_in_silence(string store, string ask, string expected) => servers.Expect(store, ask, expected);
}
