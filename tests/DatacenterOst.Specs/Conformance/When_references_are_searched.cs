namespace DatacenterOst.Specs.Conformance;

/// <summary>Reference, uri and special parameters (FHIR R4, 3.1.1.4.12, 3.1.1.4.14 and 3.1.1.4.15).</summary>
[Collection(OverTheCohort.Name)]
public sealed class When_references_are_searched(CohortServers servers)
{
    public static TheoryData<string, string, string> References => Stores.Table("""
        Observation?subject=Patient/p1 | ob1 ob2 ob5
        Observation?subject=p1 | ob1 ob2 ob5
        Observation?subject:Patient=p1 | ob1 ob2 ob5
        Observation?patient=p1 | ob1 ob2 ob5
        Observation?patient=Patient/p1 | ob1 ob2 ob5
        Observation?subject=Patient/none | none
        Observation?subject=Group/p1 | none
        Observation?subject:Group=p1 | none
        Observation?subject=Patient/p1,Patient/p2 | ob1 ob2 ob3 ob4 ob5
        Observation?subject=p1&encounter=e1 | ob1 ob2
        Observation?encounter=Encounter/e1 | ob1 ob2
        Observation?encounter:missing=true&patient=p1 | ob5
        Observation?performer=Practitioner/d1 | ob1
        Observation?performer:Practitioner=d1 | ob1
        Observation?performer:missing=false | ob1
        Observation?derived-from=Observation/ob6 | ob7
        Encounter?participant=Practitioner/d2 | e2
        Encounter?part-of=e1 | e3
        Encounter?location=l1 | e1
        Patient?organization=o1 | p1 p3
        Patient?general-practitioner=d1 | p1 p4
        Patient?link=Patient/p1 | p3
        Organization?partof=o3 | o1
        MedicationRequest?medication=Medication/med1 | m1
        DiagnosticReport?result=ob2 | dr1
        Provenance?target=Observation/ob1 | pv1
        Provenance?agent=Practitioner/d1 | pv1
        Condition?subject=http://other.example.org/fhir/Patient/x9 | c3
        Condition?subject=Patient/x9 | none
        Condition?subject:identifier=urn:oid:1.2.208.176.1.2|1404680001 | c4
        Condition?subject:identifier=1404680001 | c4
        Condition?subject:identifier=urn:none|1404680001 | none
        List?item=Patient/p3 | li1
        QuestionnaireResponse?questionnaire=http://example.org/q | qr1
        QuestionnaireResponse?questionnaire=http://example.org/q|1.0 | qr1
        QuestionnaireResponse?questionnaire=http://example.org/q|2.0 | none
        QuestionnaireResponse?questionnaire=http://example.org/other | none
        """);

    [Theory, MemberData(nameof(References))]
    public Task a_reference_is_found_with_and_without_its_type(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Wrong => Stores.Table("""
        Observation?subject:Starship=p1 | 400 subject
        Observation?subject:exact=p1 | 400 subject
        Observation?subject:contains=p1 | 400 subject
        Observation?subject:missing=p1 | 400 subject
        """);

    [Theory, MemberData(nameof(Wrong))]
    public Task what_cannot_be_meant_is_refused_with_the_parameter(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Uris => Stores.Table("""
        ValueSet?url=http://example.org/fhir/ValueSet/a | vs1
        ValueSet?url=HTTP://EXAMPLE.ORG/fhir/ValueSet/a | none
        ValueSet?url=http://example.org/fhir/ValueSet | none
        ValueSet?url=http://example.org/fhir/ValueSet/a,urn:oid:1.2.3 | vs1 vs3
        ValueSet?url=urn:oid:1.2.3 | vs3
        ValueSet?url:below=http://example.org/fhir/ValueSet/a | vs1 vs2
        ValueSet?url:below=http://example.org/fhir/ | vs1 vs2 vs4 vs5 vs6 vs7 vs8 vs9
        ValueSet?url:below=http://nowhere.org/ | none
        ValueSet?url:above=http://example.org/fhir/ValueSet/a/b/c | vs1 vs2
        ValueSet?url:above=http://example.org/fhir/ValueSet/a | vs1
        ValueSet?url:above=http://nowhere.org/a | none
        ValueSet?url:missing=true | none
        ValueSet?url:missing=false | vs1 vs2 vs3 vs4 vs5 vs6 vs7 vs8 vs9
        ValueSet?url:text=a | 400 url
        ValueSet?url:identifier=a | 400 url
        ValueSet?url:missing=a | 400 url
        CodeSystem?system=http://example.org/cs | cs1
        """);

    [Theory, MemberData(nameof(Uris))]
    public Task addresses_are_compared_exactly_or_by_their_path(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Special => Stores.Table("""
        Location?near=55.67|12.57|10|km | l1
        Location?near=55.67|12.57|1000|km | l1 l2
        Location?near=0|0|1|km | none
        Location?near=abc | 400 near
        Location?near=95|12|1|km | 400 near
        Location?near=55.67|12.57 | l1
        Location?near=55.67|12.57|10 | l1
        Location?near=55.6761|12.5683|0|km | l1
        Location?near=55.67|12.57|2000|m | l1
        Location?near=55.67|12.57|100|m | none
        Location?near=56.15|10.21|157|km | l1 l2
        Location?near=56.15|10.21|155|km | l2
        Location?near=56.15|10.21|98|[mi_i] | l1 l2
        Location?near=56.15|10.21|1|km,55.67|12.57|1|km | l1 l2
        Location?near=-55.67|12.57|10|km | none
        Location?near=55.67|181|10|km | 400 near
        Location?near=55.67|12.57|-1|km | 400 near
        Location?near=55.67|12.57|10|kg | 400 near
        Location?near=55.67 | 400 near
        Location?near:exact=55.67|12.57 | 400 near
        Encounter?location.near=55.67|12.57|10|km | e1
        """);

    [Theory, MemberData(nameof(Special))]
    public Task a_place_is_found_by_its_distance_or_refused_with_a_reason(string store, string ask, string expected) => servers.Expect(store, ask, expected);
}
