using DatacenterOst.Fhir;

namespace DatacenterOst.Store.Search;

/// <summary>
/// Which search parameters name the patient under whose key a resource is stored. A search by such a parameter looks at that
/// patient's rows alone, however many other patients there are.
/// </summary>
internal static class PatientKeys
{
    /// <summary>The elements by which a resource names its patient (those that intake reads), where one patient only can be named.</summary>
    private static readonly string[] Elements = ["subject", "patient", "beneficiary", "individual", "for"];

    /// <summary>Types that may be about several patients, of whom the key is one.</summary>
    private static readonly string[] OfSeveral = ["Account"];

    public static bool Names(string type, SearchParameter parameter) =>
        parameter.Type == SearchType.Reference && !OfSeveral.Contains(type, StringComparer.Ordinal)
        && parameter.Expression.Split('|', StringSplitOptions.TrimEntries).Any(part => IsOwner(type, part));

    private static bool IsOwner(string type, string expression)
    {
        var path = expression.Trim('(', ')', ' ');
        const string OnlyPatients = ".where(resolve() is Patient";
        if (path.EndsWith(OnlyPatients, StringComparison.Ordinal))
        {
            path = path[..^OnlyPatients.Length];
        }

        return path.StartsWith(type + ".", StringComparison.Ordinal) && Elements.Contains(path[(type.Length + 1)..], StringComparer.Ordinal);
    }
}
