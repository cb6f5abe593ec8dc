using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>How a resource is written: by ingest, or by a caller who changes one and may expect a version.</summary>
/// <param name="Kind">What the caller asks for; null for ingest.</param>
/// <param name="Expected">The version that the caller means to replace (If-Match); null when none is expected.</param>
internal sealed record ResourceWrite(ChangeKind? Kind, int? Expected)
{
    public static readonly ResourceWrite Ingest = new(null, null);

    /// <summary>The resource was given its id just now, so that no store has anything of it.</summary>
    public bool IsOfNewId { get; init; }

    public bool IsByCaller => Kind is not null;

    public bool IsDelete => Kind == ChangeKind.Delete;

    /// <summary>Why the change cannot be made on what is there; null when it can.</summary>
    public Problem? Objection(KnownVersion? current)
    {
        var isThere = current is { IsDeleted: false };
        if (IsByCaller && Expected is { } expected && expected != (current?.Number ?? 0))
        {
            return !isThere
                ? new Problem(ProblemKind.PreconditionFailed, "there is no such resource to change; leave If-Match out to create it", where: "If-Match")
                : new Problem(ProblemKind.PreconditionFailed, $"the resource is at version {current!.Number} by now; read it again and repeat the change", where: "If-Match");
        }

        return Kind switch
        {
            ChangeKind.Create when isThere => new Problem(ProblemKind.Conflict, "there is a resource with this id already; update it instead", where: "id"),
            ChangeKind.Delete when !isThere => new Problem(ProblemKind.NotFound, "there is no such resource to delete", where: "id"),
            _ => null,
        };
    }
}
