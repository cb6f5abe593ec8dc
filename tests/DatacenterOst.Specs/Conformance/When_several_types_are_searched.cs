using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>
/// One condition for several types (FHIR R4, 3.1.1.1), which is not looked up alike for all of them: patient is an element of its own
/// in an AllergyIntolerance and the subject in an Observation, and a date may be the one that resources are ordered by or another.
/// </summary>
[Collection(OverWritableServers.Name)]
public sealed class When_several_types_are_searched(WritableServers servers)
{
    /// <summary>~ stands for what this test's ids begin with.</summary>
    public static TheoryData<string, string, string> Conditions => Stores.Table("""
        ?_type=AllergyIntolerance,Observation&patient=Patient/~p | ~a ~o
        ?_type=Observation,AllergyIntolerance&patient=~p | ~a ~o
        ?_type=AllergyIntolerance,Observation&patient=Patient/~q | ~r
        ?_type=AllergyIntolerance,Observation&patient:Patient=~p | ~a ~o
        ?_type=AllergyIntolerance,Observation&patient.family=~Holm | ~a ~o
        ?_type=AllergyIntolerance,CareTeam,Observation&patient.family=~Holm&_sort=_id | > ~a ~o ~t
        ?_type=AllergyIntolerance,Observation&patient.family=~Nobody | none
        ?_type=Group,Patient&_has:Observation:subject:_tag=~x | ~g ~p ~q
        ?_type=Patient,Group&_has:Observation:subject:value-quantity=gt1&_tag=~x | ~p
        ?_type=CareTeam,Observation&date=2026-03&_tag=~x | ~o ~t
        ?_type=CareTeam,Observation&date=2026-03-02&_tag=~x | ~t
        ?_type=CareTeam,Observation&date=lt2026&_tag=~x | none
        ?_type=CareTeam,Observation&_sort=-date&_tag=~x | > ~t ~o ~r ~s
        ?_type=AllergyIntolerance,Observation&code=~peanut,~c | ~a ~o
        ?_type=AllergyIntolerance,Observation&code:not=~c&_tag=~x | ~a ~r ~s
        ?_list=~l | ~o ~p
        ?_list=~l&_type=Patient | ~p
        Patient/~p/*?_list=~l | ~o ~p
        Patient?_list=~l | ~p
        Patient/~p/*?_type=AllergyIntolerance,Observation&code=~peanut | ~a
        """);

    [Theory, MemberData(nameof(Conditions))]
    public async Task each_is_found_by_its_own_values(string store, string ask, string expected)
    {
        var ost = await servers.On(store);
        var mine = FhirHttp.NewId("s");
        foreach (var body in Resources.Select(body => body.Replace("~", mine, StringComparison.Ordinal)))
        {
            using var json = System.Text.Json.JsonDocument.Parse(body);
            using var made = await ost.Send(201, "PUT", $"{json.RootElement.GetProperty("resourceType").GetString()}/{json.RootElement.GetProperty("id").GetString()}", body);
        }

        var asked = ask.Replace("~", mine, StringComparison.Ordinal);
        using var answer = await ost.Read(asked);
        Expectation.Parse(expected.Replace("~", mine, StringComparison.Ordinal)).Check(asked, answer);
    }

    private static readonly string[] Resources =
    [
        """{"resourceType":"Patient","id":"~p","meta":{"tag":[{"code":"~x"}]},"name":[{"family":"~Holm"}]}""",
        """{"resourceType":"Patient","id":"~q","meta":{"tag":[{"code":"~x"}]}}""",
        """{"resourceType":"Group","id":"~g","meta":{"tag":[{"code":"~x"}]},"type":"person","actual":true}""",
        """{"resourceType":"AllergyIntolerance","id":"~a","meta":{"tag":[{"code":"~x"}]},"patient":{"reference":"Patient/~p"},"code":{"coding":[{"code":"~peanut"}]}}""",
        """{"resourceType":"Observation","id":"~o","meta":{"tag":[{"code":"~x"}]},"status":"final","subject":{"reference":"Patient/~p"},"code":{"coding":[{"code":"~c"}]},"effectiveDateTime":"2026-03-01","valueQuantity":{"value":7}}""",
        """{"resourceType":"Observation","id":"~r","meta":{"tag":[{"code":"~x"}]},"status":"final","subject":{"reference":"Patient/~q"},"code":{"text":"r"}}""",
        """{"resourceType":"Observation","id":"~s","meta":{"tag":[{"code":"~x"}]},"status":"final","subject":{"reference":"Group/~g"},"code":{"text":"s"}}""",
        """{"resourceType":"CareTeam","id":"~t","meta":{"tag":[{"code":"~x"}]},"subject":{"reference":"Patient/~p"},"period":{"start":"2026-03-02","end":"2026-03-02"}}""",
        """{"resourceType":"List","id":"~l","status":"current","mode":"working","entry":[{"item":{"reference":"Patient/~p"}},{"item":{"reference":"Observation/~o"}}]}""",
    ];
}
