namespace DatacenterOst.Specs.Conformance;

/// <summary>String parameters (FHIR R4, 3.1.1.4.8).</summary>
[Collection(OverTheCohort.Name)]
public sealed class When_texts_are_searched(CohortServers servers)
{
    public static TheoryData<string, string, string> Beginnings => Stores.Table("""
        Patient?family=pet | p1 p3
        Patient?family=Pet | p1 p3
        Patient?family=PETERSEN | p1
        Patient?family=petersen | p1
        Patient?family=etersen | none
        Patient?family=muller | p2
        Patient?family=müller | p2
        Patient?family=MÜLLER | p2
        Patient?family=ørs | p1
        Patient?family=orsted | p1
        Patient?family=smith | p4
        Patient?family=smith-pet | p4
        Patient?family=nobody | none
        Patient?given=mar | p1
        Patient?given=aria | none
        Patient?given=jurgen | p2
        Patient?name=anna | p1
        Patient?name=petrov | p3
        Patient?name=dr | p1
        Patient?name=liam | p4
        Patient?name=København | none
        Patient?address=nørre | p1
        Patient?address=1165 | p1
        Patient?address=DK | p1
        Patient?address-city=københ | p1
        Patient?address-city=kob | p1 p2
        Patient?address-state=hoved | p1
        Patient?address-postalcode=116 | p1
        Patient?address-country=jp | p2
        Organization?name=region | o3
        Organization?name=hovedstaden | none
        """);

    [Theory, MemberData(nameof(Beginnings))]
    public Task a_text_is_found_by_its_beginning_without_case_and_accents(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Modifiers => Stores.Table("""
        Patient?family:exact=Petersen | p1
        Patient?family:exact=petersen | none
        Patient?family:exact=Peter | none
        Patient?family:exact=Müller | p2
        Patient?family:exact=Muller | none
        Patient?given:exact=Maria | p1
        Patient?family:contains=peter | p1 p4
        Patient?family:contains=SEN | p1 p4
        Patient?family:contains=rsted | p1
        Patient?family:contains=ulle | p2
        Patient?family:contains=zzz | none
        Patient?name:contains=van | p3
        Patient?address:contains=gade | p1
        Patient?address-postalcode:exact=116 | none
        Patient?address-postalcode:exact=1165 | p1
        Patient?family:missing=true | p5
        Patient?family:missing=false | p1 p2 p3 p4
        Patient?address:missing=true | p3 p4 p5
        Organization?name:missing=true | none
        """);

    [Theory, MemberData(nameof(Modifiers))]
    public Task modifiers_of_texts_do_what_they_say(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Several => Stores.Table("""
        Patient?family=petersen,müller | p1 p2
        Patient?family=petersen,nobody | p1
        Patient?family:exact=Petersen,Petrov | p1 p3
        Patient?address-country=DK,JP | p1 p2
        Patient?given=anna&given=maria | p1
        Patient?given=anna&given=ivan | none
        Patient?family=pet&gender=male | p3
        Patient?family=pet,mül&gender=male | p2 p3
        Patient?family=pet&gender=male&active=true | none
        Organization?name=Herlev\, Afd | o2
        Organization?name=herlev,region | o2 o3
        Organization?name=herlev\,region | none
        """);

    [Theory, MemberData(nameof(Several))]
    public Task alternatives_and_conditions_are_combined(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Wrong => Stores.Table("""
        Patient?family:missing=maybe | 400 family
        Patient?family:missing= | reasoned family
        Patient?family:above=x | 400 family
        Patient?family:not=x | 400 family
        Patient?family:identifier=x | 400 family
        Patient?family:nosuch=x | 400 family
        Patient?family:Patient=x | 400 family
        Patient?name:in=http://example.org/fhir/ValueSet/a | 400 name
        """);

    [Theory, MemberData(nameof(Wrong))]
    public Task what_cannot_be_meant_is_refused_with_the_parameter(string store, string ask, string expected) => servers.Expect(store, ask, expected);
}
