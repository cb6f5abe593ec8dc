namespace DatacenterOst.Specs.Conformance;

/// <summary>Chains and reverse chains (FHIR R4, 3.1.1.4.16 and 3.1.1.4.17).</summary>
[Collection(OverTheCohort.Name)]
public sealed class When_references_are_followed(CohortServers servers)
{
    public static TheoryData<string, string, string> Chains => Stores.Table("""
        Observation?subject:Patient.family=pet | ob1 ob2 ob5 ob6 ob7
        Observation?subject.family=pet | ob1 ob2 ob5 ob6 ob7
        Observation?patient.family=petersen,müller | ob1 ob2 ob3 ob4 ob5
        Observation?patient.gender=male | ob3 ob4 ob6 ob7
        Observation?patient.name=anna | ob1 ob2 ob5
        Observation?patient.name=nobody | none
        Observation?patient.gender=male&patient.family=pet | ob6 ob7
        Observation?patient.gender=male&code=14682-9 | ob3
        Observation?patient.family:exact=Petersen | ob1 ob2 ob5
        Observation?patient.family:exact=petersen | none
        Observation?patient.family:contains=peter | ob1 ob2 ob5 ob8
        Observation?patient.gender:missing=true | ob9 ob10
        Observation?patient.birthdate=lt1970 | ob1 ob2 ob5 ob8
        Observation?patient.identifier=urn:test:mrn|A1 | ob1 ob2 ob5
        Observation?patient._id=p1 | ob1 ob2 ob5
        Observation?patient._tag=red | ob6 ob7
        Observation?patient.organization=o2 | ob3 ob4
        Observation?patient.organization.name=rigs | ob1 ob2 ob5 ob6 ob7
        Observation?patient.organization.name=rigs,herlev | ob1 ob2 ob3 ob4 ob5 ob6 ob7
        Observation?subject:Patient.organization:Organization.name=herlev | ob3 ob4
        Observation?patient.organization.partof.name=region | ob1 ob2 ob5 ob6 ob7
        Observation?patient.organization.partof.name=rigs | none
        Observation?encounter.class=IMP | ob1 ob2
        Observation?encounter.location.name=neph | ob1 ob2
        Observation?encounter.participant:Practitioner.family=jensen | ob1 ob2
        Encounter?part-of.status=finished | e3
        Encounter?participant:Practitioner.name=karen | e1
        DiagnosticReport?result.code=14682-9 | dr1
        DiagnosticReport?result.value-quantity=gt190||umol/L | dr1
        Organization?partof.partof.partof.name=x | none
        Observation?derived-from:Observation.value-string=positive | ob7
        """);

    [Theory, MemberData(nameof(Chains))]
    public Task a_chain_asks_about_what_is_referred_to(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> ReverseChains => Stores.Table("""
        Patient?_has:Observation:patient:code=14682-9 | p1 p2 p5
        Patient?_has:Observation:patient:code=http://loinc.org|14682-9 | p1 p2 p5
        Patient?_has:Observation:subject:value-quantity=gt100||umol/L | p1
        Patient?_has:Observation:patient:code=72493-0,29463-7 | p3 p4 p5
        Patient?_has:Observation:patient:code=14682-9&_has:Observation:patient:code=85354-9 | p1
        Patient?_has:Observation:patient:code=14682-9&gender=male | p2
        Patient?_has:Observation:patient:code=nothing | none
        Patient?_has:Observation:patient:date=2026-03-02 | p1
        Patient?_has:Encounter:patient:status=in-progress | p2
        Patient?_has:Observation:patient:_has:Provenance:target:agent=Practitioner/d1 | p1
        Practitioner?_has:Encounter:participant:status=finished | d1
        Organization?_has:Patient:organization:gender=male | o1 o2
        Organization?_has:Patient:organization:_has:Observation:patient:code=14749-6 | o2
        Observation?patient._has:Condition:patient:code=ckd | ob1 ob2 ob5
        Medication?_has:MedicationRequest:medication:status=active | med1
        Medication?_has:MedicationRequest:medication:status=stopped | none
        Observation?_has:DiagnosticReport:result:status=final | ob1 ob2
        """);

    [Theory, MemberData(nameof(ReverseChains))]
    public Task a_reverse_chain_asks_about_what_refers_here(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Wrong => Stores.Table("""
        Observation?patient.colour=red | reasoned colour
        Observation?code.family=pet | reasoned code
        Observation?subject:Starship.name=x | 4xx subject
        Observation?patient.birthdate=abc | 400 birthdate
        Observation?patient.organization.colour=x | reasoned colour
        Observation?patient. | reasoned patient
        Patient?_has:Observation:patient=x | 4xx _has
        Patient?_has:Starship:patient:code=x | 4xx _has
        Patient?_has:Observation:colour:code=x | reasoned _has
        Patient?_has:Observation:patient:colour=x | reasoned colour
        Patient?_has:Observation:patient:date=abc | 400 date
        Patient?_has:Observation:encounter:code=x | 4xx _has
        Organization?partof.partof.partof.partof.partof.partof.partof.name=x | 4xx
        """);

    [Theory, MemberData(nameof(Wrong))]
    public Task a_chain_that_leads_nowhere_is_never_left_out_in_silence(string store, string ask, string expected) => servers.Expect(store, ask, expected);
}
