namespace DatacenterOst.Specs.Conformance;

/// <summary>Token parameters (FHIR R4, 3.1.1.4.10).</summary>
[Collection(OverTheCohort.Name)]
public sealed class When_codes_are_searched(CohortServers servers)
{
    public static TheoryData<string, string, string> Codes => Stores.Table("""
        Patient?gender=female | p1
        Patient?gender=male | p2 p3
        Patient?gender=female,male | p1 p2 p3
        Patient?gender=alien | none
        Patient?gender=http://hl7.org/fhir/administrative-gender|male | p2 p3
        Patient?gender=urn:other|male | none
        Patient?active=true | p1 p4 p5
        Patient?active=false | p2
        Patient?deceased=true | p2 p3
        Patient?deceased=false | p1 p4 p5
        Patient?language=da | p1
        Patient?language=urn:ietf:bcp:47|da | p1
        Patient?language=fr | none
        Patient?phone=%2B4512345678 | p1
        Patient?email=anna@example.org | p1
        Patient?telecom=anna@example.org | p1
        Patient?telecom=%2B4512345678 | p1
        Patient?phone=anna@example.org | none
        Patient?address-use=home | p1
        Patient?address-use=work | none
        Observation?code=http://loinc.org|14682-9 | ob1 ob2 ob3 ob10
        Observation?code=14682-9 | ob1 ob2 ob3 ob10
        Observation?code=NPU18016 | ob1
        Observation?code=urn:oid:1.2.208.176.2.1|NPU18016 | ob1
        Observation?code=http://loinc.org|NPU18016 | none
        Observation?code=urn:oid:1.2.208.176.2.1| | ob1
        Observation?code=14749-6,630-4 | ob4 ob6
        Observation?code=14682-9&code=NPU18016 | ob1
        Observation?code=14682-9&code=630-4 | none
        Observation?code=14682 | none
        Observation?status=amended,preliminary | ob2 ob4
        Observation?category=laboratory | ob1
        Observation?value-concept=260373001 | ob7
        Observation?value-concept=http://snomed.info/sct|260373001 | ob7
        Observation?component-code=8480-6 | ob5
        Observation?combo-code=8480-6 | ob5
        Observation?combo-code=85354-9 | ob5
        Observation?data-absent-reason=unknown | ob10
        Encounter?class=IMP | e1 e3
        Encounter?status=finished,planned | e1 e3
        Encounter?status=finished&class=AMB | none
        Medication?code=L04AD02 | med1
        MedicationRequest?code=http://www.whocc.no/atc|L04AD02 | m2
        MedicationRequest?intent=order | m1 m2
        """);

    [Theory, MemberData(nameof(Codes))]
    public Task a_code_is_found_with_and_without_its_system(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Identifiers => Stores.Table("""
        Patient?identifier=urn:test:mrn|A1 | p1
        Patient?identifier=A1 | p1 p3
        Patient?identifier=urn:test:mrn| | p1 p2
        Patient?identifier=|loose | p2
        Patient?identifier=|A1 | none
        Patient?identifier=loose | p2
        Patient?identifier=urn:none|A1 | none
        Patient?identifier=urn:test:mrn|A1,urn:test:mrn|B2 | p1 p2
        Patient?identifier=urn:test:mrn|A1&identifier=1404680001 | p1
        Patient?identifier=1404680001 | p1 p4
        Patient?identifier=urn:test:passport|1404680001 | p4
        Practitioner?identifier=urn:test:doctor|100 | d1
        Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|NI|1404680001 | p1
        Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|PPN|1404680001 | p4
        Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|NI|A1 | none
        Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|B2 | p2
        Patient?identifier:text=civil | p1
        """);

    [Theory, MemberData(nameof(Identifiers))]
    public Task an_identifier_is_found_with_and_without_its_system(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Modifiers => Stores.Table("""
        Patient?gender:not=male | p1 p4 p5
        Patient?gender:not=male,female | p4 p5
        Patient?gender:not=alien | p1 p2 p3 p4 p5
        Patient?gender:missing=true | p5
        Patient?gender:missing=false | p1 p2 p3 p4
        Patient?active:not=true | p2 p3
        Patient?active:missing=true | p3
        Patient?identifier:not=urn:test:mrn|A1 | p2 p3 p4 p5
        Patient?identifier:missing=true | p5
        Observation?code:not=14682-9 | ob4 ob5 ob6 ob7 ob8 ob9
        Observation?code:not=http://loinc.org|14682-9&subject=p1 | ob5
        Observation?category:missing=true&subject=p1 | ob2 ob5
        Observation?category:not=laboratory&subject=p1 | ob2 ob5
        Observation?code:text=creat | ob1
        Observation?code:text=CREATININE | ob1
        Observation?code:text=xyz | none
        Observation?code:text=blood,gluc | ob4 ob5
        Observation?value-concept:text=detect | ob7
        Medication?code:text=tacro | med1
        Condition?code:text=chronic | c1
        Patient?gender:in=http://hl7.org/fhir/ValueSet/administrative-gender | p1 p2 p3 p4
        """);

    [Theory, MemberData(nameof(Modifiers))]
    public Task modifiers_of_codes_do_what_they_say(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Wrong => Stores.Table("""
        Patient?gender:exact=male | 400 gender
        Patient?gender:contains=ma | 400 gender
        Patient?gender:missing=2 | 400 gender
        Patient?gender:nosuch=male | 400 gender
        Patient?gender:of-type=a|b|c | none or 400 gender
        Patient?identifier:of-type=NI|1404680001 | 400 identifier
        Patient?identifier:of-type=1404680001 | 400 identifier
        Observation?code:in=http://example.org/fhir/ValueSet/nowhere | 4xx code
        Observation?code:not-in=http://example.org/fhir/ValueSet/nowhere | 4xx code
        """);

    [Theory, MemberData(nameof(Wrong))]
    public Task what_cannot_be_meant_is_refused_with_the_parameter(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    /// <summary>What a client stored of terminology is used, and an unknown value set is never taken as an empty one.</summary>
    public static TheoryData<string, string, string> OwnTerminology => Stores.Table("""
        Observation?code:in=http://example.org/fhir/ValueSet/kidney-tests | ob1 ob2 ob3 ob7 ob10
        Observation?code:not-in=http://example.org/fhir/ValueSet/kidney-tests | ob4 ob5 ob6 ob8 ob9
        Condition?code:below=http://example.org/cs|renal | c1 c3 c4
        Condition?code:below=http://example.org/cs|ckd | c1 c3
        Condition?code:below=http://example.org/cs|ckd5 | c3
        Condition?code:below=http://example.org/cs|cardiac | c2
        Condition?code:above=http://example.org/cs|ckd5 | c1 c3
        Condition?code:above=http://example.org/cs|ckd | c1
        Condition?code:above=http://example.org/cs|aki | c4
        Condition?code:below=http://example.org/cs|ckd,http://example.org/cs|cardiac | c1 c2 c3
        Condition?code:below=http://example.org/cs|none | 400 code
        Condition?code:below=http://example.org/cs-unknown|ckd | 400 code
        Condition?code:below=http://example.org/cs-parts|wheel | 400 part-of
        Condition?code:in=http://example.org/fhir/ValueSet/renal | c1 c3 c4
        Condition?code:not-in=http://example.org/fhir/ValueSet/renal | c2
        Condition?code:in=http://example.org/fhir/ValueSet/renal-no-aki | c1 c3
        Condition?code:not-in=http://example.org/fhir/ValueSet/renal-no-aki | c2 c4
        Condition?code:in=http://example.org/fhir/ValueSet/all-of-cs | c1 c2 c3 c4
        Condition?code:in=http://example.org/fhir/ValueSet/all-of-cs|2.0 | c1 c2 c3 c4
        Condition?code:in=http://example.org/fhir/ValueSet/all-of-cs|9.9 | 400 code
        Condition?code:in=http://example.org/fhir/ValueSet/filtered | 400 regex
        Observation?code:in=http://example.org/fhir/ValueSet/all-of-loinc | 400 http://loinc.org
        Condition?code:in=urn:nothing,http://example.org/fhir/ValueSet/renal | 400 urn:nothing
        Condition?code:in=renal | 400 code
        Condition?code:in=http://hl7.org/fhir/ValueSet/condition-code | 400 HL7
        Observation?value-quantity:in=http://hl7.org/fhir/ValueSet/ucum-units | 400 value-quantity
        Patient?_has:Condition:patient:code:in=http://example.org/fhir/ValueSet/renal | p1
        Observation?patient._has:Condition:patient:code:below=http://example.org/cs|cardiac | ob3 ob4
        Patient/p1/Condition?code:in=http://example.org/fhir/ValueSet/renal | c1
        Condition?code:in=http://example.org/fhir/ValueSet/renal&_asOf=2020-01-01T00:00:00Z | none
        """);

    [Theory, MemberData(nameof(OwnTerminology))]
    public Task value_sets_and_hierarchies_of_clients_are_used(string store, string ask, string expected) => servers.Expect(store, ask, expected);
}
