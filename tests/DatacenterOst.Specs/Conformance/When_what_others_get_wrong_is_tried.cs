using System.Diagnostics;
using System.Globalization;
using System.Text;
using DatacenterOst.Fhir;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>What the issue trackers of other servers are full of, each as a sentence. Parallel conditional creates stand in
/// <see cref="When_something_is_done_on_condition"/>, growth in <see cref="When_there_is_very_much"/>, memory in <see cref="Load.When_much_is_validated"/>.</summary>
[Collection(OverWritableServers.Name)]
public sealed class When_what_others_get_wrong_is_tried(WritableServers servers)
{
    public static readonly TheoryData<string> Both = Stores.Both;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task an_unknown_parameter_is_never_ignored_in_silence_whatever_the_type(string store)
    {
        var ost = await servers.On(store);
        foreach (var type in FhirDefinitions.ResourceTypes.Where(type => type != "Parameters"))
        {
            using var answer = await ost.Read($"{type}?no-such-parameter=1&_count=1");
            Expectation.Parse("reasoned no-such-parameter").Check(type, answer);
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_chained_search_of_many_values_takes_as_long_as_it_should(string store)
    {
        var ost = await servers.On(store);
        var family = FhirHttp.NewId("Chain").Replace("-", "", StringComparison.Ordinal);
        await ChainedPatients(ost, family, 300);
        var since = Stopwatch.StartNew();
        var values = string.Join(',', Enumerable.Range(0, 200).Select(i => $"{family}{i:D4}"));
        using var answer = await ost.Send(200, "GET", $"Observation?patient.family={values}&patient.gender=female,male&patient.organization.name=rigs,{family}&_count=1000");
        Assert.Equal(200, answer.Ids().Count);
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(5), $"{since.Elapsed}");
    }

    [Theory, MemberData(nameof(Both))]
    public async Task pages_stay_whole_while_others_write(string store)
    {
        var ost = await servers.On(store);
        var tag = FhirHttp.NewId("paged");
        var ids = new List<string>();
        for (var i = 0; i < 24; i++)
            ids.Add(await Tagged(ost, tag, $"{tag}-{i:D2}"));
        var seen = new List<string>();
        var step = 0;
        for (var next = $"Basic?_tag={tag}&_count=5"; next is not null; step++)
        {
            using var page = await ost.Send(200, "GET", next);
            seen.AddRange(page.Ids());
            next = page.Link("next");
            // One that was seen goes, one that was seen changes, and a new one comes.
            using var gone = await ost.Send("DELETE", "Basic/" + seen[step]);
            await Tagged(ost, tag, seen[^1]);
            await Tagged(ost, tag, $"{tag}-late-{step:D2}");
            Assert.True(step < 40, "the pages do not end");
        }

        Assert.Empty(ids.Except(seen));
        Assert.Equal(seen.Distinct().Count(), seen.Count);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_new_search_parameter_is_never_answered_as_if_nothing_matched(string store)
    {
        var ost = await servers.On(store);
        var (id, code) = (FhirHttp.NewId("p"), "custom" + Guid.NewGuid().ToString("N")[..8]);
        using var made = await ost.Send(201, "PUT", "Patient/" + id, $$$"""{"resourceType":"Patient","id":"{{{id}}}","maritalStatus":{"text":"{{{code}}} value"}}""");
        using var defined = await ost.Send(201, "PUT", "SearchParameter/" + code, $$"""
            {"resourceType":"SearchParameter","id":"{{code}}","url":"http://example.org/SearchParameter/{{code}}","name":"{{code}}","status":"active","description":"x",
             "code":"{{code}}","base":["Patient"],"type":"string","expression":"Patient.maritalStatus.text"}
            """);
        for (var attempt = 0; ; attempt++)
        {
            using var answer = await ost.Read($"Patient?{code}={code}");
            if (answer.Status == 200 && answer.Outcomes.Length == 0)
            {
                Assert.Equal([id], answer.Ids());
                break;
            }

            Assert.Contains(code, answer.Text, StringComparison.Ordinal);
            Assert.True(attempt < 200, "the parameter was not usable after 20 s: " + answer);
            await Task.Delay(100, Token);
        }

        using var statement = await ost.Send(200, "GET", "metadata");
        Assert.Contains($"\"name\":\"{code}\"", statement.Text, StringComparison.Ordinal);
        using var second = await ost.Send(200, "PATCH", "Patient/" + id, """[{"op":"remove","path":"/maritalStatus"}]""", "Content-Type", "application/json-patch+json");
        using var after = await ost.Send(200, "GET", $"Patient?{code}={code}");
        Assert.Empty(after.Ids());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_search_parameter_that_cannot_work_is_refused_when_it_is_sent(string store)
    {
        var ost = await servers.On(store);
        foreach (var expression in (string[])["Patient.((", "Patient.colour"])
        {
            using var answer = await ost.Post("SearchParameter", $$"""
                {"resourceType":"SearchParameter","url":"http://example.org/SearchParameter/x","name":"x","status":"active","description":"x","code":"custom-broken","base":["Patient"],"type":"string","expression":"{{expression}}"}
                """);
            Expectation.Parse("4xx expression").Check(expression, answer);
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task what_is_included_was_written_and_is_not_deleted(string store)
    {
        var ost = await servers.On(store);
        var (patient, encounter) = (FhirHttp.NewId("p"), FhirHttp.NewId("e"));
        using var made = await ost.Send(201, "PUT", "Patient/" + patient, $$"""{"resourceType":"Patient","id":"{{patient}}"}""");
        using var stay = await ost.Send(201, "PUT", "Encounter/" + encounter, $$$"""{"resourceType":"Encounter","id":"{{{encounter}}}","status":"planned","class":{"code":"IMP"},"subject":{"reference":"Patient/{{{patient}}}"}}""");
        using var deleted = await ost.Send("DELETE", "Patient/" + patient);
        using var answer = await ost.Send(200, "GET", $"Encounter?_id={encounter}&_include=Encounter:patient");
        Expectation.Parse(encounter).Check("deleted target", answer);
        using var chained = await ost.Send(200, "GET", $"Encounter?_id={encounter}&patient._id={patient}");
        Assert.Empty(chained.Ids());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task who_is_only_referred_to_is_no_patient(string store)
    {
        var ost = await servers.On(store);
        var id = FhirHttp.NewId("ghost");
        using var made = await ost.Send(201, "POST", "Observation", $$$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/{{{id}}}"}}""");
        using var read = await ost.Send(404, "GET", "Patient/" + id);
        using var found = await ost.Send(200, "GET", "Patient?_id=" + id);
        Assert.Empty(found.Ids());
        using var observation = await ost.Send(200, "GET", $"Observation?patient={id}");
        Assert.Single(observation.Ids());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task the_first_write_and_the_thousandth_take_the_same(string store)
    {
        var ost = await servers.On(store);
        var times = new List<double>();
        for (var i = 0; i < 1_000; i++)
        {
            var since = Stopwatch.GetTimestamp();
            using var made = await ost.Send(201, "POST", "Basic", """{"resourceType":"Basic","code":{"text":"speed"}}""");
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }

        var (early, late) = (Median(times[100..300]), Median(times[800..]));
        Assert.True(late < (early * 3) + 5, $"median of 100 to 300: {early:F1} ms; of the last 200: {late:F1} ms");
    }

    [Theory, MemberData(nameof(Both))]
    public async Task what_is_included_is_as_it_was_known_when_the_record_is_read_as_of_then(string store)
    {
        var ost = await servers.On(store);
        var (patient, encounter) = (FhirHttp.NewId("p"), FhirHttp.NewId("e"));
        using var stay = await ost.Send(201, "PUT", "Encounter/" + encounter, $$$"""{"resourceType":"Encounter","id":"{{{encounter}}}","status":"planned","class":{"code":"IMP"},"subject":{"reference":"Patient/{{{patient}}}"}}""");
        await Task.Delay(20, Token);
        var before = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        await Task.Delay(20, Token);
        using var made = await ost.Send(201, "PUT", "Patient/" + patient, $$"""{"resourceType":"Patient","id":"{{patient}}"}""");
        using var now = await ost.Read($"Encounter?_id={encounter}&_include=Encounter:patient");
        Expectation.Parse($"{encounter} + {patient}").Check("now", now);
        using var then = await ost.Read($"Encounter?_id={encounter}&_include=Encounter:patient&_asOf={before}");
        Expectation.Parse(encounter).Check("then", then);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task<string> Tagged(RunningServer ost, string tag, string id)
    {
        using var made = await ost.Put("Basic/" + id, $$$"""{"resourceType":"Basic","id":"{{{id}}}","meta":{"tag":[{"code":"{{{tag}}}"}]},"code":{"text":"x"}}""");
        Assert.True(made.Status is 200 or 201, made.ToString());
        return id;
    }

    private static async Task ChainedPatients(RunningServer ost, string family, int count)
    {
        var entries = new StringBuilder($$$"""{"resource":{"resourceType":"Organization","id":"{{{family}}}","name":"{{{family}}}"},"request":{"method":"PUT","url":"Organization/{{{family}}}"}}""");
        for (var i = 0; i < count; i++)
        {
            entries.Append(',').Append(CultureInfo.InvariantCulture, $$$"""{"resource":{"resourceType":"Patient","id":"{{{family}}}-{{{i}}}","gender":"female","name":[{"family":"{{{family}}}{{{i:D4}}}"}],"managingOrganization":{"reference":"Organization/{{{family}}}"}},"request":{"method":"PUT","url":"Patient/{{{family}}}-{{{i}}}"}}""");
            entries.Append(',').Append(CultureInfo.InvariantCulture, $$$"""{"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/{{{family}}}-{{{i}}}"}},"request":{"method":"POST","url":"Observation"}}""");
        }

        using var made = await ost.Send(200, "POST", "", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{entries}}]}""");
    }
}
