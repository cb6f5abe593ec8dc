using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Server.Fhir;

/// <summary>From the parameters of a request to a search that is checked.</summary>
public static class SearchAsk
{
    /// <exception cref="Problem">Invalid, with the parameter, where a value is wrong.</exception>
    public static SearchQuery Parse(
        IReadOnlyList<string> types, IEnumerable<KeyValuePair<string, string>> parameters, DataCentre centre, string? ownBase = null)
        => Checked(() => SearchQuery.Parse(types, parameters, centre.Store.Parameters, centre.Time, ownBase));

    /// <summary>The search within a compartment (FHIR R4, 5.2).</summary>
    public static SearchQuery Within(SearchQuery query, string owner, string id, DataCentre centre)
        => Checked(() => query.InCompartment(owner, id, centre.Store.Parameters));

    /// <summary>The types of a compartment that an address names.</summary>
    /// <param name="member">A type, or * for all of the compartment.</param>
    /// <exception cref="Problem">NotFound where there is no such compartment, or the type is not in it.</exception>
    public static IReadOnlyList<string> TypesOf(string owner, string member)
    {
        if (member.StartsWith('$'))
            throw new Problem(ProblemKind.NotFound, $"{owner} has no operation {FhirRequest.Shown(member)} here; those that are built stand in /metadata.", where: FhirRequest.Shown(member));
        var compartment = FhirDefinitions.Compartments.FirstOrDefault(known => known.Name == owner)
            ?? throw new Problem(
                ProblemKind.NotFound,
                $"{owner} has no compartment; those that have are {string.Join(", ", FhirDefinitions.Compartments.Select(known => known.Name))}.",
                where: $"{owner}/{FhirRequest.Shown(member)}");
        if (member == "*")
            return [.. compartment.Parameters.Keys.Append(owner).Distinct().Order(StringComparer.Ordinal)];
        return !FhirDefinitions.IsResourceType(member)
            ? throw new Problem(ProblemKind.NotFound, $"FHIR R4 has no resource type '{FhirRequest.Shown(member)}'.", where: FhirRequest.Shown(member))
            : member == owner || compartment.Parameters.ContainsKey(member)
                ? [member]
                : throw new Problem(ProblemKind.NotFound, $"{member} is not in the compartment of {owner}; search it by itself.", where: member);
    }

    private static SearchQuery Checked(Func<SearchQuery> read)
    {
        try
        {
            return read();
        }
        catch (SearchException wrong)
        {
            throw new Problem(ProblemKind.Invalid, wrong.Message, where: FhirRequest.Shown(wrong.Parameter), inner: wrong);
        }
    }
}
