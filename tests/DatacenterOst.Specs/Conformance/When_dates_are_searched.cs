namespace DatacenterOst.Specs.Conformance;

/// <summary>Date parameters: intervals compared with intervals (FHIR R4, 3.1.1.4.5 and 3.1.1.4.7).</summary>
[Collection(OverTheCohort.Name)]
public sealed class When_dates_are_searched(CohortServers servers)
{
    public static TheoryData<string, string, string> Days => Stores.Table("""
        Patient?birthdate=1968-04-14 | p1
        Patient?birthdate=eq1968-04-14 | p1
        Patient?birthdate=1968-04 | p1 p4
        Patient?birthdate=1968 | p1 p4
        Patient?birthdate=1970-01 | p2
        Patient?birthdate=1970-01-15 | none
        Patient?birthdate=ne1968-04-14 | p2 p3 p4
        Patient?birthdate=ne1968 | p2 p3
        Patient?birthdate=lt1970 | p1 p4
        Patient?birthdate=gt1970-01-31 | p3
        Patient?birthdate=gt1968-04-14 | p2 p3 p4
        Patient?birthdate=ge1968-04-15 | p2 p3 p4
        Patient?birthdate=ge1970-01-15 | p2 p3
        Patient?birthdate=le1968-04-14 | p1
        Patient?birthdate=le1970-01-15 | p1 p2 p4
        Patient?birthdate=sa1968-04-14 | p2 p3 p4
        Patient?birthdate=sa1980 | none
        Patient?birthdate=eb1970-01-15 | p1 p4
        Patient?birthdate=eb1968-04-14 | none
        Patient?birthdate=ap1968-04-14&_id=p1,p3 | p1
        Patient?birthdate=1968-04-14,1980-06-15 | p1 p3
        Patient?birthdate=ge1968-04-15&birthdate=lt1980 | p2 p4
        Patient?birthdate=1901 | none
        Patient?birthdate:missing=true | p5
        Patient?birthdate:missing=false | p1 p2 p3 p4
        Patient?death-date=2025-12-24 | p2
        Patient?death-date=2025-12-24T09:00:00Z | p2
        Patient?death-date=gt2025-12-25 | none
        Patient?death-date:missing=true | p1 p3 p4 p5
        """);

    [Theory, MemberData(nameof(Days))]
    public Task dates_and_times_are_compared_as_intervals(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Times => Stores.Table("""
        Observation?date=2026-03-01 | ob1 ob5
        Observation?date=2026-03-01T07:00:00Z | ob1
        Observation?date=2026-03-01T08:00:00%2B01:00 | ob1
        Observation?date=2026-03-01T08:00:00Z | none
        Observation?date=2026-03-01T07:00Z | ob1
        Observation?date=2026-03-21T10:00:00Z | ob9
        Observation?date=2026-03 | ob1 ob2 ob3 ob4 ob5 ob8 ob9 ob10
        Observation?date=2026 | ob1 ob2 ob3 ob4 ob5 ob7 ob8 ob9 ob10
        Observation?date=2025 | none
        Observation?date=ne2026-03-01 | ob2 ob3 ob4 ob7 ob8 ob9 ob10
        Observation?date=gt2026-03-10 | ob4 ob7 ob8 ob9 ob10
        Observation?date=lt2026-03-02 | ob1 ob5 ob7
        Observation?date=ge2026-03-10 | ob3 ob4 ob7 ob8 ob9 ob10
        Observation?date=le2026-03-02 | ob1 ob2 ob5 ob7
        Observation?date=sa2026-03-10 | ob8 ob9 ob10
        Observation?date=eb2026-03-02 | ob1 ob5
        Observation?date=ge2026-03-20T10:00:00Z | ob7 ob8 ob9
        Observation?date=ge2026-03-01&date=lt2026-03-02 | ob1 ob5 ob7
        Observation?date=2026-03-01,2026-03-02 | ob1 ob2 ob5
        Observation?date=lt2026-03-02&code=14682-9&patient=p1 | ob1
        Observation?date:missing=true | ob6
        Encounter?date=2026-03 | e1
        Encounter?date=gt2026-03-05 | e2
        Encounter?date=gt2030 | e2
        Encounter?date=lt2026-03-02 | e1
        Encounter?date=le2026-03-11 | e1 e2
        Encounter?date=sa2026-03-05 | e2
        Encounter?date=eb2026-03-06 | e1
        Encounter?date:missing=true | e3
        MedicationRequest?authoredon=2026-03-02 | m2
        MedicationRequest?authoredon=le2026-03-01 | m1
        """);

    [Theory, MemberData(nameof(Times))]
    public Task times_are_compared_with_their_offset(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Wrong => Stores.Table("""
        Patient?birthdate=abc | 400 birthdate
        Patient?birthdate=1968-13-01 | 400 birthdate
        Patient?birthdate=2026-02-30 | 400 birthdate
        Patient?birthdate=68-04-14 | 400 birthdate
        Patient?birthdate=gt | 400 birthdate
        Patient?birthdate=xx1968 | 400 birthdate
        Patient?birthdate=1968-04-14,abc | 400 birthdate
        Patient?birthdate:exact=1968 | 400 birthdate
        Patient?birthdate:contains=1968 | 400 birthdate
        Patient?birthdate:missing=perhaps | 400 birthdate
        Observation?date=2026-03-01T25:00:00Z | 400 date
        Observation?date=yesterday | 400 date
        Observation?date=ge2026-03-01Tnoon | 400 date
        """);

    [Theory, MemberData(nameof(Wrong))]
    public Task what_is_no_date_is_refused_with_the_parameter(string store, string ask, string expected) => servers.Expect(store, ask, expected);
}
