using System.Text.Json;
using DatacenterOst.Fhir;

namespace DatacenterOst.Specs.Conformance;

/// <summary>The CapabilityStatement names what is there.</summary>
[Collection(OverTheCohort.Name)]
public sealed class When_the_server_describes_itself(CohortServers servers)
{
    public static readonly TheoryData<string> Both = Stores.Both;

    public static TheoryData<string, string> Types
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var store in Stores.Both.Select(row => row.Data))
                foreach (var type in FhirDefinitions.ResourceTypes.Where(type => type != "Parameters"))
                    rows.Add(store, type);
            return rows;
        }
    }

    [Theory, MemberData(nameof(Types))]
    public async Task every_type_has_every_interaction_and_HL7s_parameters(string store, string type)
    {
        var resource = (await Rest(store)).GetProperty("resource").EnumerateArray().SingleOrDefault(r => r.GetProperty("type").GetString() == type);
        Assert.True(resource.ValueKind == JsonValueKind.Object, type + " is not named");
        Assert.Superset(
            new HashSet<string> { "read", "vread", "update", "patch", "delete", "history-instance", "history-type", "create", "search-type" },
            Codes(resource, "interaction", "code"));
        foreach (var promise in (string[])["conditionalCreate", "conditionalUpdate", "updateCreate"])
            Assert.True(resource.GetProperty(promise).GetBoolean(), promise);
        var expected = SearchParameter.Of(type).Where(parameter => parameter.Expression.Length > 0 && parameter.Bases.Contains(type)).Select(parameter => parameter.Code).ToHashSet();
        Assert.Superset(expected, Codes(resource, "searchParam", "name"));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task all_types_and_what_is_done_across_them_are_named(string store)
    {
        var ost = await servers.On(store);
        using var statement = await ost.Send(200, "GET", "metadata");
        Assert.Equal("CapabilityStatement", statement.ResourceType);
        Assert.Equal("4.0.1", statement.Json.GetProperty("fhirVersion").GetString());
        var formats = statement.Json.GetProperty("format").EnumerateArray().Select(format => format.GetString()).ToList();
        Assert.Contains(formats, format => format!.Contains("json", StringComparison.Ordinal));
        Assert.Contains(formats, format => format!.Contains("xml", StringComparison.Ordinal));
        Assert.Contains("application/json-patch+json", statement.Json.GetProperty("patchFormat").EnumerateArray().Select(format => format.GetString()));
        var rest = statement.Json.GetProperty("rest")[0];
        // Parameters needs no endpoint of its own (FHIR R4, 2.45).
        Assert.Superset(FhirDefinitions.ResourceTypes.Where(type => type != "Parameters").ToHashSet(), Codes(rest, "resource", "type"));
        Assert.Superset(new HashSet<string> { "transaction", "batch", "history-system", "search-system" }, Codes(rest, "interaction", "code"));
        foreach (var operation in (string[])["validate", "everything", "lastn", "stats", "meta", "meta-add", "meta-delete"])
            Assert.Contains($"\"name\":\"{operation}\"", statement.Text.Replace("$", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("_asOf", statement.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task the_statement_is_valid_FHIR_by_its_own_validation(string store)
    {
        var ost = await servers.On(store);
        using var statement = await ost.Send(200, "GET", "metadata");
        using var outcome = await ost.Send(200, "POST", "CapabilityStatement/$validate", statement.Text);
        Assert.DoesNotContain("\"error\"", outcome.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Types))]
    public async Task every_search_parameter_that_is_named_is_answered_as_asked(string store, string type)
    {
        var ost = await servers.On(store);
        var resource = (await Rest(store)).GetProperty("resource").EnumerateArray().Single(r => r.GetProperty("type").GetString() == type);
        foreach (var parameter in resource.GetProperty("searchParam").EnumerateArray())
        {
            var (name, kind) = (parameter.GetProperty("name").GetString()!, parameter.GetProperty("type").GetString()!);
            if (kind == "composite")
                continue;
            var ask = name == "_has" ? "_has:Observation:subject:code=x" : $"{name}={Value(name, kind)}";
            if (name == "_has" && type is not ("Patient" or "Group" or "Device" or "Location"))
                ask = $"_has:List:item:code=x";
            using var answer = await ost.Read($"{type}?{ask}&_count=2", "Prefer", "handling=strict");
            Assert.True(answer.Status == 200, $"{type}?{ask}: {answer}");
            Assert.True(answer.Outcomes.Length == 0, $"{type}?{ask}: {answer.Outcomes}");
        }

        foreach (var include in Codes(resource, "searchInclude").Take(20).Select(include => "_include=" + include).Concat(Codes(resource, "searchRevInclude").Take(20).Select(include => "_revinclude=" + include)))
        {
            using var answer = await ost.Read($"{type}?{include}&_id=none", "Prefer", "handling=strict");
            Assert.True(answer.Status == 200, $"{type}?{include}: {answer}");
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task every_search_parameter_of_the_system_is_answered_as_asked(string store)
    {
        var ost = await servers.On(store);
        var named = Codes(await Rest(store), "searchParam", "name");
        Assert.Superset(new HashSet<string> { "_id", "_lastUpdated", "_tag", "_profile", "_security", "_source", "_text", "_content", "_list", "_has", "_type", "_asOf" }, named);
        foreach (var parameter in (await Rest(store)).GetProperty("searchParam").EnumerateArray())
        {
            var (name, kind) = (parameter.GetProperty("name").GetString()!, parameter.GetProperty("type").GetString()!);
            using var answer = await ost.Read($"?{(name == "_has" ? "_has:List:item:code=x" : $"{name}={Value(name, kind)}")}{(name == "_type" ? "" : "&_type=Basic,Patient")}", "Prefer", "handling=strict");
            Assert.True(answer.Status == 200 && answer.Outcomes.Length == 0, $"{name}: {answer}");
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task every_interaction_that_is_named_is_there(string store)
    {
        var ost = await servers.On(store);
        foreach (var resource in (await Rest(store)).GetProperty("resource").EnumerateArray())
        {
            var type = resource.GetProperty("type").GetString()!;
            foreach (var code in Codes(resource, "interaction", "code"))
            {
                // Nothing is changed by these; what is not built would be 405, and what is unknown 404 without the type's name.
                var (method, path, body) = code switch
                {
                    "read" => ("GET", type + "/none", null),
                    "vread" => ("GET", type + "/none/_history/1", null),
                    "update" => ("PUT", type + "/none", "{}"),
                    "patch" => ("PATCH", type + "/none", "[]"),
                    "delete" => ("DELETE", type + "/none", null),
                    "history-instance" => ("GET", type + "/none/_history", null),
                    "history-type" => ("GET", type + "/_history?_count=1", null),
                    "create" => ("POST", type, "{}"),
                    "search-type" => ("GET", type + "?_count=1", (string?)null),
                    _ => throw new InvalidOperationException(code),
                };
                using var answer = await ost.Send(method, path, body);
                Assert.True(answer.Status is 200 or 204 or 400 or 404, $"{method} {path}: {answer}");
                Assert.True(answer.Status == 204 || answer.Text.Contains(type, StringComparison.Ordinal) || answer.Status == 400, $"{method} {path}: {answer}");
            }
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task the_statement_stays_the_same_and_is_that_of_the_address_it_was_asked_at(string store)
    {
        var ost = await servers.On(store);
        using var one = await ost.Send(200, "GET", "metadata");
        using var two = await ost.Send(200, "GET", "metadata");
        Assert.Equal(one.Text, two.Text);
        for (var port = 1; port < 20; port++)
        {
            using var other = await ost.Send(200, "GET", "metadata", null, "Host", $"localhost:{port}");
            Assert.Equal($"http://localhost:{port}/fhir", other.Json.GetProperty("implementation").GetProperty("url").GetString());
        }

        using var normative = await ost.Send(200, "GET", "metadata?mode=normative");
        Assert.Equal(10, normative.Json.GetProperty("rest")[0].GetProperty("resource").GetArrayLength());
        using var full = await ost.Send(200, "GET", "metadata");
        Assert.Equal(one.Json.GetProperty("rest").GetRawText(), full.Json.GetProperty("rest").GetRawText());
    }

    private static string Value(string name, string kind) => (name, kind) switch
    {
        ("_sort", _) => "_lastUpdated",
        ("_total", _) => "accurate",
        ("_summary", _) => "true",
        ("_elements", _) => "id",
        ("_type", _) => "Basic",
        ("_asOf", _) => "2026-03-01T12:00:00Z",
        ("near", _) => "55.67|12.57|10|km",
        (_, "date") => "2026-03-01",
        (_, "number") => "1",
        (_, "quantity") => "5",
        (_, "uri") => "http://example.org/x",
        _ => "x",
    };

    private async Task<JsonElement> Rest(string store)
    {
        var ost = await servers.On(store);
        var statement = await ost.Send(200, "GET", "metadata");
        return statement.Json.GetProperty("rest")[0];
    }

    private static IReadOnlyList<string> Codes(JsonElement of, string list)
        => of.TryGetProperty(list, out var items) ? [.. items.EnumerateArray().Select(item => item.GetString()!)] : [];

    private static HashSet<string> Codes(JsonElement of, string list, string name)
        => of.TryGetProperty(list, out var items) ? [.. items.EnumerateArray().Select(item => item.GetProperty(name).GetString()!)] : [];
}
