using System.Text;
using System.Text.Json.Nodes;

namespace DatacenterOst.Specs.CdsCases;

/// <summary>A request with a few things changed, the same ones for the same seed.</summary>
public sealed class Mutations(int seed)
{
    /// <summary>As a Danish card would show the other patient's value; no mutation writes it.</summary>
    public const string Canary = "4.777";

    /// <summary>A patient of the store whom no call is about, with values that would make a card.</summary>
    public static readonly string OtherPatient = """
        {"resourceType":"Patient","id":"other","name":[{"family":"CANARY"}],"birthDate":"1958-04-02","gender":"female"}
        {"resourceType":"Observation","id":"oa","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}]},"subject":{"reference":"Patient/other"},"effectiveDateTime":"2026-02-28T08:00:00+01:00","valueQuantity":{"value":80,"system":"http://unitsofmeasure.org","code":"umol/L"}}
        {"resourceType":"Observation","id":"ob","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}]},"subject":{"reference":"Patient/other"},"effectiveDateTime":"2026-03-01T03:00:00+01:00","valueQuantity":{"value":4777,"system":"http://unitsofmeasure.org","code":"umol/L"}}

        """;

    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1e308", "1e999", "0.1", "\"\"", "\"x\"", "[]", "{}", "[[]]", "[null]", "{\"resourceType\":\"Bundle\"}",
        "{\"resourceType\":\"OperationOutcome\"}", "{\"resourceType\":\"Patient\",\"id\":\"other\"}", "\"Patient/other\"", "\"http://127.0.0.1:1/fhir\"",
        "\"urn:uuid:d1577c69-dfbe-44ad-ba6d-3e05e953b2ea\"", "\"2026-13-45T99:99:99Z\"", "\"0001-01-01\"", "\"9999-12-31T23:59:59+14:00\"",
        "\"<img src=x onerror=alert(1)>\"", "\"\\u0000\\u202e\"", "\"\\ud83d\\ude00\"", "\"æøå\"", "{\"reference\":\"Patient/other\"}", "{\"coding\":[{}]}",
        "\"order-sign\"", "\"patient-view\"", "\"dk.ost.custom\"", "99999999999999999999999999", "[{\"resource\":null}]", "{\"entry\":[null]}", "{\"entry\":{}}",
    ];

    private readonly Random random = new(seed);

    public byte[] Of(string body)
    {
        if (random.Next(5) == 0) return Bytes(Encoding.UTF8.GetBytes(body));
        var root = JsonNode.Parse(body)!.AsObject();
        for (var change = random.Next(1, 4); change > 0; change--) Change(root);
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private byte[] Bytes(byte[] bytes)
    {
        switch (random.Next(4))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                for (var flips = random.Next(1, 6); flips > 0; flips--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2:
                var (from, length) = (random.Next(bytes.Length), random.Next(1, 40));
                return [.. bytes[..from], .. bytes[Math.Min(from + length, bytes.Length)..]];
            default:
                var at = random.Next(bytes.Length);
                return [.. bytes[..at], .. Encoding.UTF8.GetBytes(Values[random.Next(Values.Length)]), .. bytes[at..]];
        }
    }

    private void Change(JsonObject root)
    {
        var (parent, key) = Place(root);
        switch (parent)
        {
            // The patient of the context is never made the other one: that call would rightly get the other one's data.
            case JsonObject members when key is string name && name != "patientId":
                if (random.Next(4) == 0) members.Remove(name);
                else if (random.Next(6) == 0) members[name + (char)('a' + random.Next(26))] = members[name]?.DeepClone();
                else members[name] = Value();
                break;
            case JsonArray items when key is int at:
                if (random.Next(4) == 0) items.RemoveAt(at);
                else if (random.Next(3) == 0) items.Insert(at, items[random.Next(items.Count)]?.DeepClone());
                else items[at] = Value();
                break;
        }
    }

    private JsonNode? Value()
    {
        var text = Values[random.Next(Values.Length)];
        return JsonNode.Parse(text);
    }

    private (JsonNode Parent, object? Key) Place(JsonObject root)
    {
        JsonNode node = root;
        while (true)
        {
            object? key = node switch
            {
                JsonObject { Count: > 0 } members => members.ElementAt(random.Next(members.Count)).Key,
                JsonArray { Count: > 0 } items => random.Next(items.Count),
                _ => null,
            };
            var child = key switch { string name => node[name], int at => node[at], _ => null };
            if (child is JsonObject { Count: > 0 } or JsonArray { Count: > 0 } && random.Next(5) > 0) node = child;
            else return (node, key);
        }
    }
}
