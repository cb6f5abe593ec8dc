using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Server.Fhir;

/// <summary>From the parameters of a request to a search that is checked.</summary>
public static class SearchAsk
{
    /// <exception cref="Problem">Invalid, with the parameter, where a value is wrong.</exception>
    public static SearchQuery Parse(IReadOnlyList<string> types, IEnumerable<KeyValuePair<string, string>> parameters, DataCentre centre)
    {
        throw new Problem(ProblemKind.Unavailable, "pending");
    }

    /// <summary>The types of a compartment that are searched, and the condition of each (FHIR R4, 5.2).</summary>
    /// <param name="member">A type, or * for all of the compartment.</param>
    /// <exception cref="Problem">NotFound where there is no such compartment, or the type is not in it.</exception>
    public static (IReadOnlyList<string> Types, IReadOnlyList<Criterion> Criteria) Compartment(string owner, string id, string member)
    {
        var compartment = FhirDefinitions.Compartments.FirstOrDefault(known => known.Name == owner)
            ?? throw new Problem(
                ProblemKind.NotFound,
                $"{owner} has no compartment; those that have are {string.Join(", ", FhirDefinitions.Compartments.Select(known => known.Name))}.",
                where: $"{owner}/{FhirRequest.Shown(id)}/{FhirRequest.Shown(member)}");
        var types = member == "*" ? [.. compartment.Parameters.Keys.Append(owner).Distinct().Order(StringComparer.Ordinal)] : TypeOf(member, compartment);
        return (types, [.. types.Select(type => Of(compartment, id, type))]);
    }

    private static CompartmentCriterion Of(Compartment compartment, string id, string type)
    {
        var codes = compartment.Parameters.GetValueOrDefault(type) ?? [];
        return new CompartmentCriterion(compartment.Name, id, type, [.. codes.Select(code => SearchParameter.Find(type, code)).OfType<SearchParameter>()]);
    }

    private static string[] TypeOf(string member, Compartment compartment)
        => !FhirDefinitions.IsResourceType(member)
            ? throw new Problem(ProblemKind.NotFound, $"FHIR R4 has no resource type '{FhirRequest.Shown(member)}'.", where: FhirRequest.Shown(member))
            : member == compartment.Name || compartment.Parameters.ContainsKey(member)
                ? [member]
                : throw new Problem(ProblemKind.NotFound, $"{member} is not in the compartment of {compartment.Name}.", where: member);
}
