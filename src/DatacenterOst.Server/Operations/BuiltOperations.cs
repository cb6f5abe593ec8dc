using DatacenterOst.Server.Fhir;

namespace DatacenterOst.Server.Operations;

/// <summary>An operation that is built; routes and CapabilityStatement are both made of it.</summary>
/// <param name="Name">Without $.</param>
/// <param name="Definition">Id of HL7's OperationDefinition.</param>
/// <param name="Addresses">Route templates below the base.</param>
/// <param name="AffectsState">It changes data, so it is called by POST alone.</param>
public sealed record BuiltOperation(string Name, string Definition, IReadOnlyList<string> Addresses, Interaction Interaction, bool AffectsState = false)
{
    public string Documentation { get; init; } = "";

    /// <summary>Whether it can be called on this type: operations of Resource can on every type.</summary>
    public bool IsFor(string type) => Addresses.Any(address => address.StartsWith("/{type}/", StringComparison.Ordinal) || address.StartsWith($"/{type}/", StringComparison.Ordinal));

    /// <summary>Whether a path is one of its addresses.</summary>
    public bool IsAt(IReadOnlyList<string> segments) => Addresses.Any(address => Fits(address.Split('/', StringSplitOptions.RemoveEmptyEntries), segments));

    private static bool Fits(string[] template, IReadOnlyList<string> segments)
        => template.Length == segments.Count && template.Zip(segments).All(pair => pair.First[0] == '{' || pair.First == pair.Second);
}

/// <summary>The operations that are built (FHIR R4 operations.html).</summary>
public static class BuiltOperations
{
    private const string AsOf = "With _asOf=<instant>: as it was known at that instant.";

    public static IReadOnlyList<BuiltOperation> All { get; } =
    [
        new("validate", "Resource-validate", ["/{type}/$validate", "/{type}/{id}/$validate"], ValidateOperation.Answer)
        {
            Documentation = "Profiles are StructureDefinitions that are stored here.",
        },
        new("meta", "Resource-meta", ["/$meta", "/{type}/$meta", "/{type}/{id}/$meta"], MetaOperation.Answer) { Documentation = AsOf },
        new("meta-add", "Resource-meta-add", ["/{type}/{id}/$meta-add"], MetaOperation.Add, AffectsState: true),
        new("meta-delete", "Resource-meta-delete", ["/{type}/{id}/$meta-delete"], MetaOperation.Delete, AffectsState: true),
        new("everything", "Patient-everything", ["/Patient/$everything", "/Patient/{id}/$everything"], EverythingOperation.Answer) { Documentation = AsOf },
        new("lastn", "Observation-lastn", ["/Observation/$lastn"], LastnOperation.Answer) { Documentation = AsOf },
        new("stats", "Observation-stats", ["/Observation/$stats"], StatsOperation.Answer) { Documentation = AsOf },
    ];
}
