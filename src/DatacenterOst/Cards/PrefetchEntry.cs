using System.Globalization;
using System.Text.Json;
using DatacenterOst.Clinical;

namespace DatacenterOst.Cards;

/// <summary>What a client sent under one prefetch key (CDS Hooks 2.0.1, Prefetch).</summary>
public enum PrefetchState : byte
{
    /// <summary>Not supplied: the data may exist, and must come from elsewhere.</summary>
    Absent = 1,

    /// <summary>null: the client looked and there is none.</summary>
    NoData = 2,

    /// <summary>An OperationOutcome: the client looked and failed.</summary>
    Failed = 3,

    Resources = 4,
}

/// <summary>One resource of a prefetch, as bytes, and the <c>fullUrl</c> of its Bundle entry.</summary>
internal readonly record struct PrefetchedResource(ReadOnlyMemory<byte> Json, string? FullUrl, string Place);

/// <summary>The value of one prefetch key, taken apart but not yet understood.</summary>
/// <param name="HasMore">The Bundle is a page and another one follows.</param>
internal sealed record PrefetchEntry(string Key, PrefetchState State, IReadOnlyList<PrefetchedResource> Resources, bool HasMore)
{
    /// <summary>No page of ours asks for more than a thousand; this leaves room for included resources.</summary>
    public const int MaxResources = 20_000;

    /// <exception cref="Problem">Invalid, for JSON that is neither null nor a FHIR resource.</exception>
    public static PrefetchEntry Of(HookRequest request, string key)
    {
        return request.Prefetch.TryGetValue(key, out var json) ? Of(key, json) : new PrefetchEntry(key, PrefetchState.Absent, [], false);
    }

    /// <exception cref="Problem">Invalid, for JSON that is neither null nor a FHIR resource.</exception>
    public static PrefetchEntry Of(string key, ReadOnlyMemory<byte> json)
    {
        if (Envelope.IsNull(json)) return new PrefetchEntry(key, PrefetchState.NoData, [], false);

        var where = $"prefetch.{key}";
        return TypeOf(json, where) switch
        {
            "OperationOutcome" => new PrefetchEntry(key, PrefetchState.Failed, [], false),
            "Bundle" => Bundle(key, Envelope.Members(json, where, Envelope.MaxMembers), where),
            _ => new PrefetchEntry(key, PrefetchState.Resources, [new PrefetchedResource(json, null, key)], false),
        };
    }

    private static PrefetchEntry Bundle(string key, Dictionary<string, ReadOnlyMemory<byte>> bundle, string where)
    {
        var resources = new List<PrefetchedResource>();
        if (bundle.TryGetValue("entry", out var entries))
            foreach (var entry in Envelope.Items(entries, $"{where}.entry", MaxResources))
            {
                var place = string.Create(CultureInfo.InvariantCulture, $"{where}.entry[{resources.Count}]");
                var members = Envelope.Members(entry, place, Envelope.MaxMembers);
                if (!members.TryGetValue("resource", out var resource)) continue;
                var type = TypeOf(resource, place);
                if (type == "OperationOutcome")
                {
                    if (IsFailure(resource)) return new PrefetchEntry(key, PrefetchState.Failed, [], false);
                    continue;
                }

                var fullUrl = members.TryGetValue("fullUrl", out var url) && Envelope.Value(url) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
                resources.Add(new PrefetchedResource(resource, fullUrl, string.Create(CultureInfo.InvariantCulture, $"{key}[{resources.Count}]")));
            }

        return new PrefetchEntry(key, PrefetchState.Resources, resources, HasNextPage(bundle));
    }

    private static bool HasNextPage(Dictionary<string, ReadOnlyMemory<byte>> bundle)
    {
        if (!bundle.TryGetValue("link", out var json) || Envelope.Value(json) is not { ValueKind: JsonValueKind.Array } links) return false;
        return links.EnumerateArray().Any(link =>
            link.ValueKind == JsonValueKind.Object && link.TryGetProperty("relation", out var relation)
            && relation.ValueKind == JsonValueKind.String && relation.GetString() == "next");
    }

    // An outcome in a search result may only inform; then the rest of the result stands (FHIR R4, 3.1.1.4).
    private static bool IsFailure(ReadOnlyMemory<byte> outcome)
    {
        if (!Envelope.Value(outcome).TryGetProperty("issue", out var issues) || issues.ValueKind != JsonValueKind.Array) return true;
        return issues.EnumerateArray().Any(issue =>
            issue.ValueKind == JsonValueKind.Object && issue.TryGetProperty("severity", out var severity)
            && severity.ValueKind == JsonValueKind.String && severity.GetString() is "error" or "fatal");
    }

    private static string TypeOf(ReadOnlyMemory<byte> resource, string where) => Envelope.Text(resource, "resourceType")
        ?? throw new Problem(ProblemKind.Invalid, "must be null or a FHIR resource with resourceType.", where);
}
