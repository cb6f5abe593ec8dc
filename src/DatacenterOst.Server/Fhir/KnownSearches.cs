using DatacenterOst.Fhir;

namespace DatacenterOst.Server.Fhir;

/// <summary>The search parameters that the server knows now.</summary>
public static class KnownSearches
{
    public static Func<string, IReadOnlyList<SearchParameter>> Of(DataCentre centre)
    {
        ArgumentNullException.ThrowIfNull(centre);
        return SearchParameter.Of;
    }
}
