namespace DatacenterOst.Fhir;

/// <summary>One of the parameters whose values make up another's.</summary>
/// <param name="Parameter">The parameter that has the values.</param>
/// <param name="Target">Only its references to a resource of this type (with an id); null for all its values.</param>
public sealed record SearchPart(SearchParameter Parameter, string? Target);
