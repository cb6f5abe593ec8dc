using System.Text.Json.Nodes;

namespace DatacenterOst.Specs.Approved;

/// <summary>
/// A CapabilityStatement as a text that a person can read through and compare: the system, what every type has, and a line for each
/// type with what it has besides.
/// </summary>
public static class CapabilityText
{
    private static readonly string[] Conditions = ["versioning", "readHistory", "updateCreate", "conditionalCreate", "conditionalRead", "conditionalUpdate", "conditionalDelete"];

    public static string Of(JsonNode statement)
    {
        var server = statement["rest"]![0]!;
        var types = server["resource"]!.AsArray().Select(type => (Name: Text(type!["type"]), Says: OfType(type))).ToList();
        var shared = types[0].Says.Where(word => types.TrueForAll(type => type.Says.Contains(word))).ToList();
        List<string> lines =
        [
            $"{Text(statement["resourceType"])} {Text(statement["kind"])} FHIR {Text(statement["fhirVersion"])}, {types.Count} types",
            $"format: {Words(statement["format"])}",
            $"patch: {Words(statement["patchFormat"])}",
            $"system: {string.Join(' ', [.. Interactions(server), .. Operations(server), .. Searches(server)])}",
            $"compartments: {Words(server["compartment"]).Replace("http://hl7.org/fhir/CompartmentDefinition/", "", StringComparison.Ordinal)}",
            $"every type: {string.Join(' ', shared)}",
            .. types.Select(type => $"{type.Name}: {string.Join(' ', type.Says.Except(shared))}".TrimEnd()),
        ];
        return string.Join('\n', lines);
    }

    private static List<string> OfType(JsonNode type) =>
    [
        .. Interactions(type),
        .. Conditions.Where(name => type[name] is not null).Select(name => $"{name}={Text(type[name])}"),
        .. Operations(type),
        .. Searches(type),
    ];

    private static IEnumerable<string> Interactions(JsonNode from) => Each(from["interaction"]).Select(interaction => Text(interaction["code"]));

    private static IEnumerable<string> Operations(JsonNode from) => Each(from["operation"]).Select(operation => "$" + Text(operation["name"]));

    private static IEnumerable<string> Searches(JsonNode from) => Each(from["searchParam"]).Select(parameter => $"{Text(parameter["name"])}:{Text(parameter["type"])}");

    private static IEnumerable<JsonNode> Each(JsonNode? list) => list?.AsArray().OfType<JsonNode>() ?? [];

    private static string Words(JsonNode? list) => string.Join(' ', Each(list).Select(Text));

    private static string Text(JsonNode? value) => value?.ToString() ?? "none";
}
