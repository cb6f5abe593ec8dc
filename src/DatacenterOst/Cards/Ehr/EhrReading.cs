using System.Net.Http;
using System.Text.Json;
using DatacenterOst.Clinical;

namespace DatacenterOst.Cards.Ehr;

/// <summary>
/// Fetches what a client did not prefetch from its FHIR server, with the token of this one call (CDS Hooks 2.0.1, FHIR Resource
/// Access). What comes is put in the request as if it had been prefetched, so that the same data give the same card either way.
/// What fails stays missing. The token lives in the request and in the outgoing headers, and nowhere else.
/// </summary>
public sealed class EhrReading(HttpClient http)
{
    /// <summary>At once, of one call.</summary>
    public const int MaxParallel = 4;

    /// <summary>All that one call may wait for the EHR; clients wait half a second for us, and some of them five.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(2);

    /// <returns>The request with more in its prefetch; null when nothing more could be had.</returns>
    public async Task<HookRequest?> Fetch(
        HookRequest request, CdsService service, IReadOnlyList<MissingPrefetch> missing, ClientProfile client, CancellationToken cancellationToken)
    {
        if (request is not { FhirServer: { } server, Authorization: { } token } || !client.MayFetchFrom(server)) return null;
        var scopes = SmartScopes.Parse(token.Scope);
        var wanted = new List<EhrQuery>();
        foreach (var key in missing)
            if (QueryOf(key, request, service, server, scopes) is { } query) wanted.Add(query);
        if (wanted.Count == 0) return null;

        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        inTime.CancelAfter(MaxTime);
        var found = new ReadOnlyMemory<byte>?[wanted.Count];
        var reader = new EhrPages(http, server, token.AccessToken);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, wanted.Count),
            new ParallelOptions { MaxDegreeOfParallelism = MaxParallel, CancellationToken = cancellationToken },
            async (at, _) => found[at] = await reader.Read(wanted[at], inTime.Token));
        cancellationToken.ThrowIfCancellationRequested();

        var prefetch = new Dictionary<string, ReadOnlyMemory<byte>>(request.Prefetch, StringComparer.Ordinal);
        for (var at = 0; at < found.Length; at++)
            if (found[at] is { } json) prefetch[wanted[at].Key] = json;
        return found.Any(json => json is not null) ? request with { Prefetch = prefetch } : null;
    }

    private static EhrQuery? QueryOf(MissingPrefetch missing, HookRequest request, CdsService service, Uri server, SmartScopes scopes)
    {
        var template = service.Prefetch.Single(template => template.Key == missing.Key);
        if (TemplateResolving.Resolve(template.Query, request.Context, default) is not { } path) return null;
        var isSearch = path.Contains('?', StringComparison.Ordinal);
        var type = path[..path.IndexOfAny(['?', '/'])];
        if (!(isSearch ? scopes.MaySearch(type) : scopes.MayRead(type))) return null;

        var address = new Uri($"{server.AbsoluteUri.TrimEnd('/')}/{path}");
        // A page that came with the call is gone on with where the client's own server says that it goes on.
        return missing.Reason == PrefetchReasons.Incomplete && NextOf(request.Prefetch[missing.Key], server) is { } next
            ? new EhrQuery(missing.Key, type, null, next) { First = request.Prefetch[missing.Key] }
            : new EhrQuery(missing.Key, type, isSearch ? null : path[(type.Length + 1)..], address);
    }

    /// <summary>Where a page says that the next one is, when that is on the same server.</summary>
    internal static Uri? NextOf(ReadOnlyMemory<byte> bundle, Uri server)
    {
        if (!Envelope.Members(bundle, "Bundle", Envelope.MaxMembers).TryGetValue("link", out var json) || Envelope.Value(json) is not { ValueKind: JsonValueKind.Array } links) return null;
        foreach (var link in links.EnumerateArray())
            if (link.ValueKind == JsonValueKind.Object && link.TryGetProperty("relation", out var relation) && relation.ValueEquals("next")
                && link.TryGetProperty("url", out var url) && url.ValueKind == JsonValueKind.String
                && Uri.TryCreate(server, url.GetString(), out var next) && next.Scheme == server.Scheme && next.Authority == server.Authority && next.UserInfo.Length == 0)
                return next;
        return null;
    }
}

/// <summary>One key to be fetched.</summary>
/// <param name="Id">The id that a read must come back with; null for a search.</param>
internal sealed record EhrQuery(string Key, string Type, string? Id, Uri Address)
{
    /// <summary>The page that is there already.</summary>
    public ReadOnlyMemory<byte>? First { get; init; }

    // A record would print the patient's id.
    public override string ToString() => $"{nameof(EhrQuery)} {Key}";
}
