using DatacenterOst.Clinical;

namespace DatacenterOst.Features;

/// <summary>
/// What is known of one patient from one point of view: resolved facts (corrections applied, doublets counted once),
/// ordered by ObservedAt. The same whether it came from the store, from prefetch or from a file.
/// </summary>
public sealed record History(PatientId Patient, Demographics Demographics, IReadOnlyList<Fact> Facts);
