using System.Collections.Concurrent;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Validation;

/// <summary>What the base specification asks of a type, compiled: required elements, invariants, bindings.</summary>
internal sealed class TypePlan
{
    private static readonly ConcurrentDictionary<TypeDefinition, TypePlan> Plans = new();

    private TypePlan(TypeDefinition type)
    {
        Invariants = [.. type.Constraints.Where(c => !KnownFaults.Skips(c)).Select(c => new Invariant(c))];
        Required = [.. type.Elements.Where(e => e.Min > 0)];
        ElementInvariants = [.. type.Elements.Select(e => (Invariant[])[.. e.Constraints.Where(c => !KnownFaults.Skips(c)).Select(c => new Invariant(c))])];
    }

    public Invariant[] Invariants { get; }
    public ElementDefinition[] Required { get; }

    /// <summary>By the element's ordinal.</summary>
    public Invariant[][] ElementInvariants { get; }

    public static TypePlan Of(TypeDefinition type) => Plans.GetOrAdd(type, static t => new TypePlan(t));
}
