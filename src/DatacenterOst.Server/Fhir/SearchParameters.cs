using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Store;
using Microsoft.Extensions.Primitives;

namespace DatacenterOst.Server.Fhir;

/// <summary>
/// The query of a FHIR search, read strictly (FHIR R4 search.html): a parameter that is not built is refused by name, because a
/// search that silently ignores half of its question gives wrong answers.
/// </summary>
public sealed class SearchParameters
{
    private const int DefaultCount = 50;

    /// <summary>Alternatives in one parameter.</summary>
    private const int MaxAlternatives = 200;

    private static readonly string[] OfAnySearch = ["_count", "_cursor", "_format"];

    private static readonly string[] Json = ["json", "application/json", "application/fhir+json", "application/fhir json"];

    private readonly Dictionary<string, StringValues> given;

    public SearchParameters(HttpContext http, string type)
    {
        given = http.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        var resource = FhirCapabilities.Find(type)!;
        var support = resource.Search.Select(parameter => parameter.Name).ToList();
        if (resource.SortBy.Count > 0)
            support.Add("_sort");
        if (given.TryGetValue("_format", out var format) && !Json.Contains(format.ToString(), StringComparer.OrdinalIgnoreCase))
            throw new Problem(ProblemKind.Invalid, "Answers are JSON: _format=json.", where: "_format");
        foreach (var name in given.Keys)
        {
            if (!support.Contains(name) && !OfAnySearch.Contains(name))
                throw new Problem(
                    ProblemKind.Invalid,
                    $"{type} cannot be searched by '{Shown(name)}'. Built are: {string.Join(", ", support)}, _count.",
                    where: $"{type}?{Shown(name)}");
        }
    }

    public string? Cursor => given.TryGetValue("_cursor", out var cursor) ? cursor.ToString() : null;

    public int Count(int most)
    {
        if (!given.TryGetValue("_count", out var text))
            return DefaultCount;
        return int.TryParse(text.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? Math.Min(count, most)
            : throw new Problem(ProblemKind.Invalid, $"_count must be a whole number from 1 to {most}.", where: "_count");
    }

    /// <summary>The alternatives of a parameter that may stand once.</summary>
    public IReadOnlyList<string> Alternatives(string name) => given.TryGetValue(name, out var values) ? Split(name, values.ToString()) : [];

    public IReadOnlyList<Token> Tokens(string name) => [.. Alternatives(name).Select(TokenOf)];

    /// <summary>Each time that a parameter stands, with all its values to be met.</summary>
    public IReadOnlyList<string> Each(string name) => given.TryGetValue(name, out var values) ? [.. values.OfType<string>()] : [];

    /// <summary>Date conditions; several alternatives of one are refused, since they are seldom what was meant.</summary>
    public IReadOnlyList<DateFilter> Dates(string name) => [.. Each(name).Select(text => DateOf(name, text))];

    public DateOrder Order(string dateParameter, DateOrder otherwise)
    {
        if (!given.TryGetValue("_sort", out var sort))
            return otherwise;
        if (sort.ToString() == dateParameter)
            return DateOrder.OldestFirst;
        return sort.ToString() == "-" + dateParameter
            ? DateOrder.NewestFirst
            : throw new Problem(ProblemKind.Invalid, $"Sorting is by {dateParameter} or -{dateParameter}.", where: "_sort");
    }

    private static List<string> Split(string name, string values)
    {
        var alternatives = new List<string>();
        var start = 0;
        for (var at = 0; at <= values.Length; at++)
        {
            // A comma that belongs to a value is written \, (FHIR R4 search.html#escaping).
            if (at < values.Length && (values[at] != ',' || (at > 0 && values[at - 1] == '\\')))
                continue;
            if (at > start)
                alternatives.Add(values[start..at].Replace("\\,", ",", StringComparison.Ordinal));
            start = at + 1;
        }

        return alternatives.Count <= MaxAlternatives
            ? alternatives
            : throw new Problem(ProblemKind.TooCostly, $"At most {MaxAlternatives} values by comma.", where: name);
    }

    private static Token TokenOf(string text)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        return bar < 0
            ? new Token(null, text)
            : new Token(text[..bar], bar + 1 < text.Length ? text[(bar + 1)..] : null);
    }

    private static DateFilter DateOf(string name, string text)
    {
        var prefix = DatePrefix.Eq;
        var date = text;
        if (text.Length > 2 && char.IsAsciiLetter(text[0]) && Enum.TryParse(text[..2], ignoreCase: true, out DatePrefix written) && Enum.IsDefined(written))
            (prefix, date) = (written, text[2..]);
        if (!FhirDateTime.TryParse(date.Replace(' ', '+'), out var value))
            throw new Problem(
                ProblemKind.Invalid,
                "A date is written 2026, 2026-03, 2026-03-01 or 2026-03-01T08:00:00Z, with a prefix eq ne gt lt ge le sa eb ap if needed; a + in a zone must be sent as %2B.",
                where: name);
        return new DateFilter(prefix, value.Low, value.High);
    }

    private static string Shown(string name) => name.Length > 40 ? name[..40] + "…" : name;
}
