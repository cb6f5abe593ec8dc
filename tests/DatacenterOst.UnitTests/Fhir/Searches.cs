using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.UnitTests.Fhir;

/// <summary>Searches as a query string writes them, at a clock that stands still.</summary>
internal static class Searches
{
    public static readonly DateTimeOffset Now = new(2026, 3, 11, 0, 0, 0, TimeSpan.Zero);

    public static SearchQuery Read(string type, string query, SearchParameters? known = null) => ReadAll([type], query, known);

    /// <summary>Pairs are split at the first '=' and at '&amp;'; nothing is decoded, so that a table shows what the parser sees.</summary>
    public static SearchQuery ReadAll(IReadOnlyList<string> types, string query, SearchParameters? known = null) =>
        SearchQuery.Parse(types, query.Split('&').Select(p => p.Split('=', 2)).Select(p => KeyValuePair.Create(p[0], p.Length > 1 ? p[1] : "")), known ?? SearchParameters.Standard, new Stopped(), "https://ost.example.org/fhir");

    public static Criterion One(string type, string query) => Assert.Single(Read(type, query).Criteria);

    public static bool Finds(Resource resource, string query, SearchParameters? known = null)
    {
        var read = Read(resource.TypeName, query, known);
        Assert.Empty(read.Ignored);
        return read.Criteria.All(c => c.Matches(resource, known ?? SearchParameters.Standard));
    }

    private sealed class Stopped : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
