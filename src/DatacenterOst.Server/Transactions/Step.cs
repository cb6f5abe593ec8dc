using DatacenterOst.Clinical;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Transactions;

/// <summary>One entry of a transaction on its way: what it asks, what it leads to, what it changes, what it answers.</summary>
internal sealed class Step
{
    private Step(EntryAsk entry, EntryTarget target, FhirRequest request)
        => (Entry, Target, Request) = (entry, target, request);

    public EntryAsk Entry { get; }

    public EntryTarget Target { get; }

    /// <summary>The entry as it would be asked alone.</summary>
    public FhirRequest Request { get; }

    /// <summary>The version that it is meant for; null for any.</summary>
    public int? Version => Entry.IfMatch == "*" ? null : ETags.Version(Entry.IfMatch, "ifMatch");

    /// <summary>The condition that it is under; null for none.</summary>
    public Condition? Condition { get; private set; }

    /// <summary>What is there before the transaction; null for nothing, or where it was not looked for.</summary>
    public StoredResource? Existing { get; set; }

    /// <summary>The id that the entry leads to; empty where there is none.</summary>
    public string Id { get; set; } = "";

    /// <summary>What a conditional delete takes away beside <see cref="Existing"/>.</summary>
    public IReadOnlyList<StoredResource> AlsoExisting { get; set; } = [];

    public FhirAnswer? Answer { get; set; }

    public string Type => Target.Type;

    public bool IsRead => Batch.Order(Entry.Method) == Batch.Reads;

    /// <summary>What other entries may call it, once its id is known.</summary>
    public string Reference => $"{Type}/{Id}";

    /// <summary>All resources that it changes.</summary>
    public IEnumerable<string> References => AlsoExisting.Select(stored => $"{Type}/{stored.Id}").Prepend(Reference);

    public static Step Of(EntryAsk entry, FhirRequest bundle, DataCentre centre)
    {
        var target = EntryTarget.Of(entry, bundle.Base);
        var (_, request) = target.Route(entry, bundle);
        var step = new Step(entry, target, request);
        if (step.IsRead)
            return step;
        if (target.Segments.Any(segment => segment.StartsWith('$')))
            throw entry.Because(ProblemKind.Invalid, "Operations that change data are called alone, not within a transaction.", ".request.url");
        request.KnownType();
        if (entry.Method is "POST" or "PUT" && entry.Resource.IsEmpty)
            throw entry.Because(ProblemKind.Invalid, $"A {entry.Method} has a resource.", ".resource");
        step.Id = target.Id;
        if (target is { Segments.Count: > 1, Query: [var (name, _), ..] })
            throw entry.Because(ProblemKind.Invalid, $"An address with an id has no condition; '{FhirRequest.Shown(name)}' would be left out.", ".request.url");
        if (entry.Method == "POST" && !string.IsNullOrEmpty(entry.IfNoneExist))
            step.Condition = Condition.Of(step.Type, entry.IfNoneExist, "ifNoneExist", centre);
        else if (entry.Method != "POST" && target.Segments.Count == 1)
            step.Condition = Condition.Of(step.Type, target.Query, centre);
        return step;
    }
}
