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

    private async Task<JsonElement> Rest(string store)
    {
        var ost = await servers.On(store);
        var statement = await ost.Send(200, "GET", "metadata");
        return statement.Json.GetProperty("rest")[0];
    }

    private static HashSet<string> Codes(JsonElement of, string list, string name)
        => of.TryGetProperty(list, out var items) ? [.. items.EnumerateArray().Select(item => item.GetProperty(name).GetString()!)] : [];
}
