using System.Globalization;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Queries;

/// <summary>Reads the parameters that shape the answer (FHIR R4, 3.1.1.5).</summary>
internal sealed class ResultParameters(IReadOnlyList<string> types, SearchParameters known)
{
    /// <summary>The types of <c>_type</c> among those that may be searched; all of them without it.</summary>
    public static IReadOnlyList<string> Types(IReadOnlyList<string> all, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var types = all;
        foreach (var (name, value) in parameters)
        {
            if (name != "_type" || string.IsNullOrWhiteSpace(value)) continue;
            var asked = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (Array.Find(asked, t => !FhirDefinitions.IsResourceType(t)) is { } unknown)
                throw new SearchException($"'{unknown}' is not a resource type of FHIR R4; did you mean {QueryText.Nearest(unknown, FhirDefinitions.ResourceTypes)}?", name);
            var outside = Array.Find(asked, t => !all.Contains(t));
            if (outside is not null) throw new SearchException($"{outside} is not searched here; search the whole system with _type, or {outside} by itself", name);
            types = [.. types.Where(asked.Contains)];
        }
        return types.Count > 0 ? types : throw new SearchException("The types of _type exclude one another; write them with commas in one _type", "_type");
    }

    /// <summary>True where the parameter is one of those; it is then part of the query, or of what is ignored.</summary>
    public bool Read(ref SearchQuery query, string name, string value, List<IgnoredParameter> ignored)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var code = colon < 0 ? name : name[..colon];
        if (code is not ("_include" or "_revinclude"))
        {
            if (code is not ("_format" or "_pretty" or "_type" or "_sort" or "_count" or "_total" or "_summary" or "_elements" or "_cursor" or "_asOf" or "_contained" or "_containedType" or "_score")) return false;
            if (colon >= 0) throw new SearchException($"'{code}' has no modifiers; {(code == "_sort" ? "write _sort=-name to sort downwards" : $"leave '{name[colon..]}' out")}", name);
        }
        if (code is "_format" or "_pretty" or "_type") return true;
        if (string.IsNullOrWhiteSpace(value)) ignored.Add(new IgnoredParameter(name, "It has no value; give one"));
        else query = Apply(query, name, code, value, ignored);
        return true;
    }

    private SearchQuery Apply(SearchQuery query, string name, string code, string value, List<IgnoredParameter> ignored)
    {
        switch (code)
        {
            case "_include" or "_revinclude":
                if (query.Inclusions.Count >= SearchQuery.MaxInclusions) throw new SearchException($"There are more than {SearchQuery.MaxInclusions} inclusions; fetch the others by a search of their own", name);
                return query with { Inclusions = [.. query.Inclusions, new InclusionReading(known, name).Read(value)] };
            case "_sort":
                return query with { Sort = SortKeys(query.Sort, value) };
            case "_count":
                return query with { Count = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : throw new SearchException($"'{value}' is no number of matches; write 0 or more", name) };
            case "_total":
                return query with { Total = Word<TotalMode>(name, value) };
            case "_summary":
                return query with { Summary = Word<SummaryMode>(name, value) };
            case "_elements":
                return query with { Elements = [.. query.Elements, .. Elements(value, ignored)] };
            case "_cursor":
                return query with { Cursor = value };
            case "_asOf":
                return query with { AsOf = Instant(name, value) };
        }
        // Contained resources are never matches of their own here, which is what "false" asks and the default.
        if (code == "_contained" && value == "false") return query;
        ignored.Add(new IgnoredParameter(name, code == "_score" ? "Matches have no score here; leave it out" : "Contained resources are not searched; leave it out, and chain to resources of their own"));
        return query;
    }

    private List<SortKey> SortKeys(IReadOnlyList<SortKey> before, string value)
    {
        var keys = before.ToList();
        foreach (var word in value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var code = word.TrimStart('-');
            var missing = types.FirstOrDefault(t => known.Find(t, code) is null);
            if (missing is not null)
                throw new SearchException($"{missing} cannot be sorted by '{code}'; near it are {QueryText.Nearest(code, known.Of(missing).Where(IsOrdered).Select(p => p.Code))}", "_sort");
            var parameter = known.Find(types[0], code)!;
            if (!types.All(t => IsOrdered(known.Find(t, code)!) && known.Find(t, code)!.Type == parameter.Type))
                throw new SearchException($"Values of '{code}' ({Modifiers.Word(parameter.Type)}) have no order; sort by another parameter, such as _lastUpdated", "_sort");
            keys.Add(new SortKey(parameter, word.StartsWith('-') ? SortDirection.Descending : SortDirection.Ascending));
        }
        return keys.Count <= SearchQuery.MaxInclusions ? keys : throw new SearchException($"There are more than {SearchQuery.MaxInclusions} keys to sort by; the first few decide", "_sort");
    }

    private static bool IsOrdered(SearchParameter parameter) => parameter.Type is not (SearchType.Composite or SearchType.Special) && parameter.Expression.Length > 0;

    // Names of root elements; "Patient.name" is the same as "name", and "valueQuantity" as "value".
    private List<string> Elements(string value, List<IgnoredParameter> ignored)
    {
        var elements = new List<string>();
        foreach (var written in value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var dot = written.IndexOf('.', StringComparison.Ordinal);
            var name = dot > 0 && FhirDefinitions.IsResourceType(written[..dot]) ? written[(dot + 1)..] : written;
            if (types.Any(t => ElementSubset.Find(Structures.Current.Type(t)!, name) is not null)) elements.Add(name);
            else ignored.Add(new IgnoredParameter("_elements", $"{types[0]} has no element '{name}' at its root; near it are {QueryText.Nearest(name, Structures.Current.Type(types[0])!.Elements.Select(e => e.Name))}"));
        }
        return elements;
    }

    private static DateTimeOffset Instant(string name, string value) => OrderedReading.TryDate(value, out var date) ? date.Low
        : throw new SearchException($"'{value}' is no instant; write YYYY-MM-DDThh:mm:ss+hh:mm; of a date alone its first instant is taken, in UTC where no offset is given", name);

    private static T Word<T>(string name, string value) where T : struct, Enum =>
        Enum.TryParse<T>(value, ignoreCase: true, out var found) && char.IsAsciiLetterLower(value[0]) ? found
        : throw new SearchException($"'{value}' is no value of {name}; write {string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}", name);
}
