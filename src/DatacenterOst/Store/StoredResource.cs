using DatacenterOst.Clinical;
using DatacenterOst.Normalise;

namespace DatacenterOst.Store;

/// <summary>One version of a resource.</summary>
/// <param name="StoredAt">FHIR meta.lastUpdated.</param>
/// <param name="Body">JSON as it came; meta.versionId and meta.lastUpdated are not yet in it. Of a deleted version, what was deleted.</param>
public sealed record StoredResource(
    string Type, string Id, int Version, DateTimeOffset StoredAt, PatientId Patient, ReadOnlyMemory<byte> Body)
{
    /// <summary>From when on it could be acted on; what <c>_asOf</c> goes by.</summary>
    public DateTimeOffset KnownAt { get; init; }

    /// <summary>This version says that the resource was deleted.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>In a history: the first version, or one that follows a deletion.</summary>
    public bool IsCreated { get; init; }
}

/// <summary>What a caller wants to do with one resource.</summary>
public enum ChangeKind
{
    /// <summary>The id must not be taken.</summary>
    Create,

    /// <summary>A new version, or the first.</summary>
    Update,

    /// <summary>A last version that says it is gone; what it said of the patient is retracted.</summary>
    Delete,
}

/// <summary>One change of one resource.</summary>
/// <param name="Record">One item with the resource, id included; for a delete, the version that is to be deleted.</param>
/// <param name="IfMatch">The version that is to be replaced; null to replace any.</param>
public sealed record ResourceChange(ChangeKind Kind, NormalRecord Record, int? IfMatch = null)
{
    /// <summary>The resource was given its id just now: nothing of it needs to be looked for.</summary>
    public bool IsOfNewId { get; init; }
}

/// <summary>What a change did.</summary>
/// <param name="State">New when a version was written, Unchanged when the same was there already.</param>
/// <param name="Rejections">Why no fact could be taken from the resource; it is kept all the same.</param>
public sealed record ResourceWritten(StoredResource Resource, ItemState State, IReadOnlyList<Rejection> Rejections)
{
    /// <summary>Nothing was there before, or what was there had been deleted.</summary>
    public bool IsCreated { get; init; }
}
