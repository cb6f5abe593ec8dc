namespace DatacenterOst.Specs.Conformance;

/// <summary>Compartments (FHIR R4, 3.1.1.2 and 5.2).</summary>
[Collection(OverTheCohort.Name)]
public sealed class When_a_compartment_is_searched(CohortServers servers)
{
    public static TheoryData<string, string, string> Compartments => Stores.Table("""
        Patient/p1/Observation | ob1 ob2 ob5
        Patient/p1/Observation?code=14682-9 | ob1 ob2
        Patient/p1/Observation?code=14749-6 | none
        Patient/p1/Observation?date=2026-03-02 | ob2
        Patient/p1/Observation?_sort=-date | > ob2 ob5 ob1
        Patient/p1/Observation?_summary=count | # 3
        Patient/p1/Observation?_include=Observation:encounter | ob1 ob2 ob5 + e1
        Patient/p2/Observation | ob3 ob4
        Patient/p1/Condition | c1
        Patient/p5/Condition | none
        Patient/p1/Encounter | e1 e3
        Patient/p1/Encounter?status=planned | e3
        Patient/p1/MedicationRequest | m1
        Patient/p1/RiskAssessment | r1
        Patient/p1/DiagnosticReport | dr1
        Encounter/e1/Observation | ob1 ob2
        Encounter/e1/Condition | c1
        Encounter/e2/Observation | none
        Practitioner/d1/Encounter | e1
        Practitioner/d1/Observation | ob1
        Patient/p1/Starship | 404
        Patient/p1/Observation?date=abc | 400 date
        Patient/p1/Observation?colour=red | ob1 ob2 ob5 ! colour
        """);

    [Theory, MemberData(nameof(Compartments))]
    public Task only_what_belongs_to_the_owner_is_found(string store, string ask, string expected) => servers.Expect(store, ask, expected);
}
