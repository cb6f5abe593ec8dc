using System.Text;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Server.Operations;
using DatacenterOst.Store;
using DatacenterOst.Store.Search;

namespace DatacenterOst.UnitTests.Server;

/// <summary>$stats and $lastn: the figures and the groups, without a server.</summary>
public sealed class When_measurements_are_summed_up
{
    // Figures by R 4.3: quantile(type = 7), var, sd; skew and kurtosis by the formulas G1 and G2.
    [Theory]
    [InlineData("average", 5)]
    [InlineData("maximum", 9)]
    [InlineData("minimum", 2)]
    [InlineData("sum", 40)]
    [InlineData("count", 8)]
    [InlineData("total-count", 10)]
    [InlineData("median", 4.5)]
    [InlineData("variance", 4.5714285714)]
    [InlineData("std-dev", 2.1380899353)]
    [InlineData("4-lower", 4)]
    [InlineData("4-upper", 5.5)]
    [InlineData("4-dev", 0.75)]
    [InlineData("20-percent", 4)]
    [InlineData("80-percent", 6.2)]
    [InlineData("5-2", 4)]
    [InlineData("5-3", 5)]
    [InlineData("skew", 0.8184875534)]
    [InlineData("kurtosis", 0.940625)]
    public void each_statistic_is_what_the_textbook_says(string name, double expected)
        => Assert.Equal((decimal)expected, Statistic.Of(name, [2, 4, 4, 4, 5, 5, 7, 9], 10));

    [Theory]
    [InlineData("std-dev")]
    [InlineData("variance")]
    [InlineData("skew")]
    [InlineData("kurtosis")]
    public void one_value_has_no_spread(string name) => Assert.Null(Statistic.Of(name, [5], 1));

    [Fact]
    public void every_statistic_is_a_code_of_hl7()
        => Assert.All(Statistic.Names, name => Assert.NotNull(FhirDefinitions.Display(Statistic.System, name)));

    [Fact]
    public void an_observation_with_two_codings_joins_what_has_either()
    {
        StoredResource[] observations = [Observation("1", "a"), Observation("2", "b"), Observation("3", "c"), Observation("4", "a", "b"), Observation("5", "c"), Observation("6", "d", "b")];
        Assert.Equal(["1", "3"], Newest(observations, 1).Select(found => found.Id));
        Assert.Equal(["1", "2", "3", "5"], Newest(observations, 2).Select(found => found.Id));
    }

    [Fact]
    public void codes_are_told_apart_whatever_signs_they_and_their_systems_have()
    {
        StoredResource[] observations = [Coded("1", ("a", "b|c")), Coded("2", ("a|b", "c")), Coded("3", ("text:", "X")), Stored("4", """{"resourceType":"Observation","status":"final","code":{"text":"|x"}}""")];
        Assert.Equal(["1", "2", "3", "4"], Newest(observations, 1).Select(found => found.Id));

        var code = SearchParameter.Find("Observation", "code")!;
        Assert.Equal(2, Full(code, Coded("5", ("a", "b|c"), ("d", "e")), Coded("6", ("a|b", "c"), ("d", "e"))));
        Assert.Equal(1, Full(code, Coded("7", ("a", "b"), ("d", "e")), Coded("8", ("d", "e"), ("a", "b"), ("d", "e"))));
    }

    [Fact]
    public void observations_without_codings_are_grouped_by_their_text()
    {
        var text = """{"resourceType":"Observation","status":"final","code":{"text":"Weight"}}""";
        StoredResource[] observations = [Stored("1", text), Stored("2", text.Replace("Weight", "WEIGHT", StringComparison.Ordinal)), Stored("3", text.Replace("Weight", "Height", StringComparison.Ordinal))];
        Assert.Equal(["1", "3"], Newest(observations, 1).Select(found => found.Id));
    }

    private static IReadOnlyList<StoredResource> Newest(IEnumerable<StoredResource> observations, int ofEach)
    {
        var groups = new CodeGroups(SearchParameter.Find("Observation", "code")!, ofEach);
        foreach (var observation in observations) groups.Add(observation);
        return groups.Newest();
    }

    private static int Full(SearchParameter code, params StoredResource[] observations)
    {
        var groups = new CodeGroups(code, 1);
        foreach (var observation in observations) groups.Add(observation);
        return groups.Full.Count;
    }

    private static StoredResource Coded(string id, params (string System, string Code)[] codings)
        => Stored(id, """{"resourceType":"Observation","status":"final","code":{"coding":[""" + string.Join(',', codings.Select(one => $$"""{"system":"{{one.System}}","code":"{{one.Code}}"}""")) + "]}}");

    private static StoredResource Observation(string id, params string[] codes)
        => Stored(id, """{"resourceType":"Observation","status":"final","code":{"coding":[""" + string.Join(',', codes.Select(code => $$"""{"system":"s","code":"{{code}}"}""")) + "]}}");

    private static StoredResource Stored(string id, string json)
        => new("Observation", id, 1, DateTimeOffset.UnixEpoch, new PatientId(1), Encoding.UTF8.GetBytes(json));
}
