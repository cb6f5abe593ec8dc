namespace DatacenterOst.Specs.Conformance;

/// <summary>The parameters of every resource, several types, sorting and totals (FHIR R4, 3.1.1.4.3 and 3.1.1.5).</summary>
[Collection(OverTheCohort.Name)]
public sealed class When_every_resource_is_searched(CohortServers servers)
{
    public static TheoryData<string, string, string> Parameters => Stores.Table("""
        Patient?_id=p1 | p1
        Patient?_id=p1,p3 | p1 p3
        Patient?_id=p1&_id=p3 | none
        Patient?_id=none | none
        Patient?_id=p1&gender=male | none
        Patient?_lastUpdated=gt2020 | p1 p2 p3 p4 p5
        Patient?_lastUpdated=lt2020 | none
        Patient?_lastUpdated=ge2020-01-01T00:00:00Z&gender=male | p2 p3
        Patient?_lastUpdated:missing=true | none
        Patient?_lastUpdated:missing=false&gender=male | p2 p3
        Patient?_id:missing=true | none
        Patient?_lastUpdated=abc | 400 _lastUpdated
        Patient?_lastUpdated=gt2020-13-01 | 400 _lastUpdated
        Patient?_tag=blue | p1
        Patient?_tag=urn:tags|blue | p1
        Patient?_tag=urn:tags| | p1 p3
        Patient?_tag=urn:other|blue | none
        Patient?_tag:not=blue | p2 p3 p4 p5
        Patient?_tag:missing=true | p2 p4 p5
        Patient?_security=http://terminology.hl7.org/CodeSystem/v3-Confidentiality|R | p1
        Patient?_security=V | none
        Patient?_profile=http://example.org/StructureDefinition/kidney | p1
        Patient?_profile=http://example.org/StructureDefinition/other | none
        Patient?_source=http://example.org/lab | p1
        Patient?_source=http://example.org/other | none
        Patient?_text=kidney | p1
        Patient?_text=liver | p3
        Patient?_text=lung | none
        Patient?_content=Jürgen | p2
        Patient?_content=Nørregade | p1
        Patient?_content=nowhere | none
        Patient?_list=li1 | p1 p3
        Patient?_list=li1&gender=male | p3
        Patient?_list=none | none
        Observation?_list=li1 | none
        Patient | p1 p2 p3 p4 p5
        Starship?_id=1 | 404
        """);

    [Theory, MemberData(nameof(Parameters))]
    public Task parameters_of_every_resource_work_for_every_type(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> SystemLevel => Stores.Table("""
        ?_type=Patient&_id=p1 | p1
        ?_type=Patient,Organization&_id=p1,o1,e1 | p1 o1
        ?_type=Patient,Practitioner&_id=d1 | d1
        ?_type=Organization | o1 o2 o3
        ?_tag=blue | p1
        ?_id=p1 | p1
        ?_type=Patient&gender=female | p1
        ?_type=Patient,Location&_lastUpdated=lt2020 | none
        ?_type=Starship | 400 _type
        ?_type=Patient,Starship&_id=p1 | 400 _type
        """);

    [Theory, MemberData(nameof(SystemLevel))]
    public Task several_types_are_searched_at_once(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Sorting => Stores.Table("""
        Patient?_sort=birthdate&birthdate:missing=false | > p1 p4 p2 p3
        Patient?_sort=-birthdate&birthdate:missing=false | > p3 p2 p4 p1
        Patient?_sort=_id | > p1 p2 p3 p4 p5
        Patient?_sort=-_id | > p5 p4 p3 p2 p1
        Patient?_sort=_lastUpdated | > p1 p2 p3 p4 p5
        Patient?_sort=-_lastUpdated | > p5 p4 p3 p2 p1
        Patient?_sort=gender,-birthdate&birthdate:missing=false | > p1 p3 p2 p4
        Patient?_sort=gender,birthdate&birthdate:missing=false | > p1 p2 p3 p4
        Patient?_sort=-gender,birthdate&birthdate:missing=false | > p4 p2 p3 p1
        Organization?_sort=name | > o2 o3 o1
        Organization?_sort=-name | > o1 o3 o2
        RiskAssessment?_sort=probability&probability:missing=false | > r2 r3 r1
        RiskAssessment?_sort=-probability&probability:missing=false | > r1 r3 r2
        Observation?patient=p1&_sort=date | > ob1 ob5 ob2
        Observation?patient=p1&_sort=-date | > ob2 ob5 ob1
        Observation?patient=p1&code=14682-9&_sort=-date | > ob2 ob1
        Observation?code=14682-9&_sort=-date | > ob10 ob3 ob2 ob1
        ValueSet?_sort=url&url:below=http://example.org/fhir/ValueSet/a | > vs1 vs2
        Observation?value-quantity=gt90||umol/L&_sort=-value-quantity | > ob2 ob1
        Patient?_sort=colour | reasoned _sort
        Patient?_sort=birthdate,-colour | reasoned _sort
        Patient?_sort=-- | reasoned _sort
        """);

    [Theory, MemberData(nameof(Sorting))]
    public Task matches_come_in_the_order_that_is_asked(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Totals => Stores.Table("""
        Patient?_summary=count | # 5
        Patient?_count=0 | # 5
        Patient?gender=male&_summary=count | # 2
        Observation?patient=p1&_count=0 | # 3
        Patient?gender=alien&_summary=count | # 0
        Patient?_count=-1 | 400 _count
        Patient?_count=many | 400 _count
        Patient?_total=maybe | 400 _total
        Patient?_summary=maybe | 400 _summary
        Patient?_asOf=yesterday | 400 _asOf
        Patient?_cursor=tampered | 400
        """);

    [Theory, MemberData(nameof(Totals))]
    public Task totals_are_counted_and_wrong_wishes_refused(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Unknown => Stores.Table("""
        Patient?colour=red | p1 p2 p3 p4 p5 ! colour
        Patient?colour=red&gender=male | p2 p3 ! colour
        Patient?_unknown=1&_id=p1 | p1 ! _unknown
        Patient?family=pet&date=2026 | p1 p3 ! date
        Patient?Gender=male | p1 p2 p3 p4 p5 ! Gender
        Observation?patient=p1&colour=red&shape=round | ob1 ob2 ob5 ! colour shape
        """);

    [Theory, MemberData(nameof(Unknown))]
    public Task an_unknown_parameter_is_named_in_a_warning(string store, string ask, string expected) => servers.Expect(store, ask, expected);
}
