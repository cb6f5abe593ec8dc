using System.Globalization;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.UnitTests.Fhir;

/// <summary>Whatever a resource says can be asked for, and the question finds it: written out as a query, read and matched.</summary>
public sealed class When_examples_are_searched_by_their_values
{
    [Fact]
    public void every_value_finds_its_resource()
    {
        var (asked, missed) = (0, new List<string>());
        foreach (var file in Examples.Files().Where(f => new FileInfo(f).Length < 100_000))
        {
            var resource = Resource.ParseJson(File.ReadAllBytes(file));
            foreach (var group in SearchParameters.Standard.Extract(resource).GroupBy(v => v.Parameter))
            {
                foreach (var value in group.Take(3))
                {
                    if (Written(value) is not { } text) continue;
                    asked++;
                    if (!Finds(resource, $"{group.Key.Code}={text}")) missed.Add($"{Path.GetFileName(file)}: {group.Key.Code}={text}");
                }
                if (group.Key.Type != SearchType.Composite && !Finds(resource, group.Key.Code + ":missing=false")) missed.Add($"{Path.GetFileName(file)}: {group.Key.Code}:missing=false");
            }
        }
        Assert.Empty(missed.Take(20));
        Assert.InRange(asked, 30_000, 1_000_000);
    }

    private static bool Finds(Resource resource, string query)
    {
        var pair = query.Split('=', 2);
        var read = SearchQuery.Parse([resource.TypeName], [KeyValuePair.Create(pair[0], pair[1])], SearchParameters.Standard, ownBase: null);
        return read.Criteria.Count == 1 && read.Criteria[0].Matches(resource, SearchParameters.Standard);
    }

    private static string? Written(SearchValue value) => value switch
    {
        TokenValue { Parameter.Code: "_id", Code: { } id } => id,
        TokenValue { Code: { } code } token when !string.IsNullOrWhiteSpace(code) => token.System is null ? "|" + Escape(code) : $"{Escape(token.System)}|{Escape(code)}",
        StringValue { Folded.Length: > 0 } text => Escape(text.Text),
        ReferenceValue { Base: null, Id: { } id } reference => $"{reference.Type}/{id}",
        ReferenceValue { Base: { } address, Id: { } id } reference => $"{address}/{reference.Type}/{id}",
        ReferenceValue { Url: { } url } when url.Contains(':', StringComparison.Ordinal) => Escape(url),
        UriValue uri => Escape(uri.Uri),
        NumberValue number => number.Value.ToString(CultureInfo.InvariantCulture),
        QuantityValue { Value: { } quantity, Low: not null, High: not null } unit => $"{quantity.ToString(CultureInfo.InvariantCulture)}|{Escape(unit.System ?? "")}|{Escape(unit.Code ?? unit.Unit ?? "")}",
        DateValue { Low.Year: > 1, High.Year: < 9999 } date => $"ge{Instant(date.Low)}",
        CompositeValue composite when composite.Parts.All(p => Written(p[0]) is not null) => string.Join('$', composite.Parts.Select(p => Written(p[0]))),
        _ => null,
    };

    // A second may have passed before a period that began within it: "ge" of the second before holds for all of them.
    private static string Instant(DateTimeOffset time) => time.AddSeconds(-1).ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Escape(string text) => text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("|", @"\|", StringComparison.Ordinal).Replace(",", @"\,", StringComparison.Ordinal).Replace("$", @"\$", StringComparison.Ordinal);
}
