using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary><c>_asOf</c> with everything that a search may have: a patient who was a woman of the one ward, and is a man of the other.</summary>
[Collection(OverWritableServers.Name)]
public sealed class When_the_past_is_searched(WritableServers servers)
{
    public static readonly TheoryData<string> Both = Stores.Both;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task chains_compartments_sorts_and_pages_are_those_of_then(string store)
    {
        var ost = await servers.On(store);
        var (patient, tag) = (FhirHttp.NewId("p"), FhirHttp.NewId("t"));
        using var made = await ost.Send(201, "PUT", "Patient/" + patient, $$"""{"resourceType":"Patient","id":"{{patient}}","gender":"female"}""");
        for (var number = 0; number < 5; number++)
        {
            using var one = await ost.Send(201, "PUT", $"Observation/{tag}-{number}", Observation(tag, number, patient, 100 + number));
        }

        using var last = await ost.Send(200, "GET", $"Observation/{tag}-4");
        var then = Uri.EscapeDataString(last.Json.GetProperty("meta").GetProperty("lastUpdated").GetString()!);
        await Task.Delay(20, Token);
        using var changed = await ost.Send(200, "PUT", "Patient/" + patient, $$"""{"resourceType":"Patient","id":"{{patient}}","gender":"male"}""");
        for (var number = 0; number < 5; number++)
        {
            using var one = await ost.Send(200, "PUT", $"Observation/{tag}-{number}", Observation(tag, number, patient, 200 - number));
        }

        using var deleted = await ost.Send(204, "DELETE", $"Observation/{tag}-0");
        await Expect(ost, $"Observation?code={tag}&patient.gender=female&_asOf={then}", 5);
        await Expect(ost, $"Observation?code={tag}&patient.gender=male&_asOf={then}", 0);
        await Expect(ost, $"Observation?code={tag}&patient.gender=male", 4);
        await Expect(ost, $"Patient?_id={patient}&_has:Observation:patient:value-quantity=lt150&_asOf={then}", 1);
        await Expect(ost, $"Patient?_id={patient}&_has:Observation:patient:value-quantity=lt150", 0);
        await Expect(ost, $"Patient/{patient}/Observation?value-quantity=lt150&_asOf={then}", 5);
        await Expect(ost, $"Patient/{patient}/Observation?value-quantity=lt150", 0);
        using var sorted = await ost.Send(200, "GET", $"Observation?code={tag}&_sort=-value-quantity&_asOf={then}");
        Assert.Equal([4, 3, 2, 1, 0], sorted.Ids().Select(id => int.Parse(id[(tag.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture)));
        using var included = await ost.Send(200, "GET", $"Observation?_id={tag}-1&_include=Observation:subject&_asOf={then}");
        Assert.Contains("\"female\"", included.Text, StringComparison.Ordinal);
        var paged = new List<string>();
        for (var next = $"Observation?code={tag}&_count=2&_asOf={then}"; next is not null;)
        {
            using var page = await ost.Send(200, "GET", next);
            paged.AddRange(page.Entries.Select(entry => entry.GetProperty("resource").GetProperty("valueQuantity").GetProperty("value").GetRawText()));
            next = page.Link("next");
        }

        Assert.Equal(["100", "101", "102", "103", "104"], paged.Order());
        using var statistics = await ost.Send(200, "GET", $"Observation/$stats?subject=Patient/{patient}&code={tag}&system=urn:x&statistic=maximum,count&_asOf={then}");
        Assert.Contains("104", statistics.Text, StringComparison.Ordinal);
    }

    private static async Task Expect(RunningServer ost, string ask, int count)
    {
        using var answer = await ost.Send(200, "GET", ask);
        Assert.True(answer.Ids().Count == count, $"{ask}: expected {count}, got {answer.Ids().Count}");
    }

    private static string Observation(string tag, int number, string patient, int value) => $$$"""
        {"resourceType":"Observation","id":"{{{tag}}}-{{{number}}}","status":"final","code":{"coding":[{"system":"urn:x","code":"{{{tag}}}"}]},
         "subject":{"reference":"Patient/{{{patient}}}"},"effectiveDateTime":"2026-03-0{{{number + 1}}}T08:00:00Z","valueQuantity":{"value":{{{value}}}}}
        """;
}
