using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.UnitTests.Models;
using static DatacenterOst.UnitTests.Features.Timeline;

namespace DatacenterOst.UnitTests.Features;

public sealed class When_a_feature_reads_a_value_set
{
    private const string Url = "http://example.org/ValueSet/loop-diuretics";
    private const string Listed = """{"resourceType":"ValueSet","url":"http://example.org/ValueSet/loop-diuretics","version":"1","status":"active","compose":{"include":[{"system":"http://www.whocc.no/atc","concept":[{"code":"C03CA01"},{"code":"C03CA02"}]}],"exclude":[{"system":"http://www.whocc.no/atc","concept":[{"code":"C03CA02"}]}]}}""";

    private const string Package = """
        kind: linear
        features:
          - { name: diuretic, valueSet: "http://example.org/ValueSet/loop-diuretics", take: ever, window: "[-7d, 0h]" }
          - { name: either, valueSet: "http://example.org/ValueSet/loop-diuretics", codes: "ATC|C03DA01", take: count, window: "[-7d, 0h]" }
        linear: { link: identity, intercept: 0, terms: [{ feature: diuretic, coefficient: 1 }, { feature: either, coefficient: 10 }] }
        bands: [{ id: any, rank: 0 }]

        """;

    private static Fact Given(string atc) => Coded(FactKind.Medication, CodeSystems.Atc, atc, 1);

    [Fact]
    public void its_codes_are_those_of_the_set_that_the_package_carries()
    {
        using var package = new WrittenPackage(Package, Vector).With("loop.valueset.json", Listed);

        Assert.Equal(11, package.Estimate(Given("C03CA01")).Score);
        Assert.Equal(0, package.Estimate(Given("C03CA02")).Score);
        Assert.Equal(10, package.Estimate(Given("C03DA01")).Score);
    }

    [Fact]
    public void an_expansion_goes_before_the_rules_it_was_made_of_and_sets_may_include_sets()
    {
        using var package = new WrittenPackage(Package, Vector)
            .With("loop.valueset.json", """{"resourceType":"ValueSet","url":"http://example.org/ValueSet/loop-diuretics","status":"active","compose":{"include":[{"valueSet":["http://example.org/ValueSet/all|2"]}]}}""")
            .With("all.valueset.json", """{"resourceType":"ValueSet","url":"http://example.org/ValueSet/all","version":"2","status":"active","compose":{"include":[{"system":"http://www.whocc.no/atc","filter":[{"property":"concept","op":"is-a","value":"C03C"}]}]},"expansion":{"timestamp":"2026-01-01","contains":[{"system":"http://www.whocc.no/atc","code":"C03C","abstract":true,"contains":[{"system":"http://www.whocc.no/atc","code":"C03CA01"}]}]}}""");

        Assert.Equal(11, package.Estimate(Given("C03CA01")).Score);
        Assert.Equal(0, package.Estimate(Given("C03C")).Score);
    }

    [Fact]
    public void another_set_makes_another_package()
    {
        using var one = new WrittenPackage(Package, Vector).With("loop.valueset.json", Listed);
        using var other = new WrittenPackage(Package, Vector).With("loop.valueset.json", Listed.Replace("C03CA01", "C03CA04", StringComparison.Ordinal));

        Assert.NotEqual(one.Package().Id.Hash, other.Package().Id.Hash);
    }

    [Theory]
    [InlineData("", "is not there; put it beside model.yaml")]
    [InlineData("{", "loop.valueset.json cannot be read")]
    [InlineData("""{"resourceType":"CodeSystem","url":"http://example.org/ValueSet/loop-diuretics","status":"active","content":"complete"}""", "is a CodeSystem, not a ValueSet")]
    [InlineData("""{"resourceType":"ValueSet","url":"http://example.org/ValueSet/loop-diuretics","status":"active","compose":{"include":[{"system":"http://www.whocc.no/atc"}]}}""", "by a rule; put its expansion there")]
    [InlineData("""{"resourceType":"ValueSet","url":"http://example.org/ValueSet/loop-diuretics","status":"active","compose":{"include":[{"valueSet":["http://example.org/ValueSet/loop-diuretics"]}]}}""", "includes itself")]
    [InlineData("""{"resourceType":"ValueSet","url":"http://example.org/ValueSet/loop-diuretics","status":"active"}""", "has no codes")]
    public void a_set_that_cannot_be_used_is_refused_with_the_reason(string set, string told)
    {
        using var package = new WrittenPackage(Package, Vector);
        if (set.Length > 0) package.With("loop.valueset.json", set);

        Assert.Contains(told, package.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void it_cannot_stand_beside_a_concept()
    {
        var (_, problems) = Parse($"features:\n  - {{ name: a, concept: creatinine, valueSet: '{Url}', take: last, window: '[-1d, 0h]' }}");

        Assert.Contains("'valueSet' cannot stand beside 'concept'", string.Join('\n', problems), StringComparison.Ordinal);
    }

    private const string Vector = """{"name": "nothing known", "asOf": "2026-03-01T00:00:00Z", "events": [], "expect": {"score": 0}}""";
}
