using DatacenterOst.Fhir;
using DatacenterOst.Sources;
using DatacenterOst.Sources.Fhir;

namespace DatacenterOst.Cards;

/// <summary>One prefetched resource, parsed, with what its source says in it.</summary>
internal sealed record Prefetched(ReadOnlyMemory<byte> Json, string Place, string? FullUrl)
{
    private static readonly FhirContent Nothing = new(null, [], null);

    public string Type { get; init; } = "";

    public string? Id { get; init; }

    public FhirContent Content { get; init; } = Nothing;

    /// <summary>Why it could not be read; bad data in one resource does not stop the others.</summary>
    public RawProblem? Problem { get; init; }
}

/// <summary>What came under one prefetch key, parsed.</summary>
internal sealed record Page(PrefetchTemplate Template, PrefetchEntry Entry, IReadOnlyList<Prefetched> Resources)
{
    public static Page Of(HookRequest request, PrefetchTemplate template, SourceProfile profile)
    {
        var entry = PrefetchEntry.Of(request, template.Key);
        var references = new References();
        var resources = entry.Resources.Select(resource => Read(resource, references, profile.Zone)).ToList();
        return new Page(template, entry, resources);
    }

    private static Prefetched Read(PrefetchedResource prefetched, References references, string zone)
    {
        var read = new Prefetched(prefetched.Json, prefetched.Place, prefetched.FullUrl);
        try
        {
            var resource = References.Rewrite(Resource.ParseJson(prefetched.Json), references.Known);
            references.Add(prefetched.FullUrl, resource);
            var id = References.IdOf(resource, prefetched.FullUrl);
            return read with { Type = resource.TypeName, Id = id, Content = FhirFacts.Of(resource, zone, id) };
        }
        catch (FhirFormatException unreadable)
        {
            return read with { Problem = new RawProblem(Clinical.RejectionReasons.Unreadable, unreadable.Message) };
        }
    }
}
