using System.Text;
using System.Text.Json.Nodes;
using DatacenterOst.Cards;

namespace DatacenterOst.UnitTests.Cards;

/// <summary>Requests as a client would send them, with one thing changed at a time.</summary>
internal static class Requests
{
    /// <summary>The request that the standard prints for patient-view, without its token.</summary>
    public const string PatientView = """
        {
          "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
          "fhirServer": "https://hooks.smarthealthit.org:9080",
          "hook": "patient-view",
          "context": { "userId": "Practitioner/example", "patientId": "1288992", "encounterId": "89284" },
          "prefetch": {
            "patientToGreet": { "resourceType": "Patient", "gender": "male", "birthDate": "1925-12-23", "id": "1288992", "active": true }
          }
        }
        """;

    public const string Token = """
        { "access_token": "some-opaque-fhir-access-token", "token_type": "Bearer", "expires_in": 300,
          "scope": "user/Patient.read user/Observation.read", "subject": "cds-service4" }
        """;

    public static string With(string path, string? json) => Changed(PatientView, path, json);

    /// <summary>Sets a member, or removes it when <paramref name="json"/> is null. A step that is a number is a place in an array.</summary>
    public static string Changed(string request, string path, string? json)
    {
        var root = JsonNode.Parse(request)!;
        var steps = path.Split('/');
        var parent = steps[..^1].Aggregate(root, (node, step) => int.TryParse(step, out var at) ? node[at]! : node[step]!).AsObject();
        if (json is null) parent.Remove(steps[^1]);
        else parent[steps[^1]] = JsonNode.Parse(json);
        return root.ToJsonString();
    }

    public static string For(string hook, string context) => $$"""
        { "hook": "{{hook}}", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "context": {{context}} }
        """;

    public static HookRequest Parse(string json, RequestRules? rules = null) =>
        HookRequest.Parse(Encoding.UTF8.GetBytes(json), rules ?? RequestRules.Strict);
}
