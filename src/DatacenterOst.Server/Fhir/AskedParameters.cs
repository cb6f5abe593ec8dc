using DatacenterOst.Clinical;

namespace DatacenterOst.Server.Fhir;

/// <summary>
/// Parameters of an interaction that is no search. One that it does not know is never passed over in silence: a misspelt <c>_asOf</c> would
/// show what is known today for what was known then. Under handling=strict it is refused; else it is left out, and the answer says which
/// (FHIR R4 search.html#errors, for what proxies and programs add).
/// </summary>
public static class AskedParameters
{
    private const string AsOf = "_asOf";

    /// <summary>Of the shape of any answer.</summary>
    public static IReadOnlyList<string> OfShape { get; } = ["_format", "_pretty", "_summary", "_elements"];

    /// <param name="own">Names that the interaction knows beside those of the shape of any answer.</param>
    /// <returns>Those that are left out.</returns>
    /// <exception cref="Problem">Invalid under handling=strict, for a name that is misspelt, and for <c>_asOf</c> where it has no meaning.</exception>
    public static IReadOnlyList<string> Ignored(FhirRequest request, params ReadOnlySpan<string> own)
    {
        if (request.Query.Count == 0)
            return [];
        List<string>? ignored = null;
        foreach (var (name, _) in request.Query)
        {
            if (OfShape.Contains(name) || own.Contains(name))
                continue;
            if (Meant(name, own) is { } meant)
                throw new Problem(ProblemKind.Invalid, $"There is no parameter '{FhirRequest.Shown(name)}'; it is written {meant}.", where: FhirRequest.Shown(name));
            if (name == AsOf)
                throw new Problem(ProblemKind.Invalid, "_asOf is asked of a read, a search, $everything, $lastn, $stats and $meta; of a version or a history it would change nothing, and of a write it has no meaning.", where: AsOf);
            if (request.Prefer.IsStrict)
                throw new Problem(ProblemKind.Invalid, $"'{FhirRequest.Shown(name)}' is no parameter of this interaction.", where: FhirRequest.Shown(name));
            (ignored ??= []).Add(FhirRequest.Shown(name));
        }

        return ignored ?? [];
    }

    /// <summary>What says that they were left out.</summary>
    public static string Told(IReadOnlyList<string> ignored) => "not known here and left out: " + string.Join(", ", ignored);

    private static string? Meant(string name, ReadOnlySpan<string> own)
    {
        if (name == AsOf)
            return null;
        foreach (var known in (ReadOnlySpan<string>)[.. OfShape, .. own, AsOf])
            if (string.Equals(name, known, StringComparison.OrdinalIgnoreCase))
                return known;
        return null;
    }
}
