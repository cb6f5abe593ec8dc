using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Models;

/// <summary>Made-up patients with creatinine over time, some of it late and some corrected, as FHIR bundles.</summary>
public static class Ward
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static string Patient(int number) => string.Create(CultureInfo.InvariantCulture, $"w{number}");

    /// <summary>Random results of random patients, in three weeks of March 2026; a result is known up to three days after it was true, and one of six is corrected later.</summary>
    public static async Task Admit(RunningServer ost, int patients, Random random)
    {
        foreach (var part in Enumerable.Range(0, patients).Chunk(50))
        {
            var entries = new JsonArray();
            var corrections = new JsonArray();
            foreach (var number in part)
            {
                entries.Add(Entry($$"""{"resourceType":"Patient","id":"{{Patient(number)}}","gender":"{{(number % 2 == 0 ? "female" : "male")}}","birthDate":"{{1930 + (number % 70)}}-0{{1 + (number % 9)}}-11"}"""));
                for (var result = random.Next(0, 9); result > 0; result--)
                {
                    var at = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(0, 21 * 24 * 60));
                    var known = at.AddMinutes(random.Next(0, 4) == 0 ? random.Next(0, 3 * 24 * 60) : random.Next(0, 90));
                    var id = string.Create(CultureInfo.InvariantCulture, $"{Patient(number)}-c{result}");
                    entries.Add(Entry(Observation(id, number, random.Next(40, 300), at, known, "final")));
                    if (random.Next(0, 6) == 0) corrections.Add(Entry(Observation(id, number, random.Next(40, 400), at, known.AddMinutes(random.Next(60, 3 * 24 * 60)), "corrected")));
                }
            }

            await Receive(ost, entries);
            if (corrections.Count > 0) await Receive(ost, corrections);
        }
    }

    public static string Observation(string id, int patient, int value, DateTimeOffset at, DateTimeOffset known, string status) => string.Create(CultureInfo.InvariantCulture, $$$"""
        {"resourceType":"Observation","id":"{{{id}}}","status":"{{{status}}}","code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}]},
         "subject":{"reference":"Patient/{{{Patient(patient)}}}"},"effectiveDateTime":"{{{at:yyyy-MM-dd'T'HH:mm:ss'Z'}}}","issued":"{{{known:yyyy-MM-dd'T'HH:mm:ss'Z'}}}",
         "valueQuantity":{"value":{{{value}}},"system":"http://unitsofmeasure.org","code":"umol/L"}}
        """);

    public static async Task Receive(RunningServer ost, JsonArray entries)
    {
        var summary = await ost.Receive("fhir", new JsonObject { ["resourceType"] = "Bundle", ["type"] = "collection", ["entry"] = entries }.ToJsonString(), Token);
        Assert.Equal(0, summary.Rejected);
    }

    public static JsonNode Entry(string resource) => new JsonObject { ["resource"] = JsonNode.Parse(resource) };
}
