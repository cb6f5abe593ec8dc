using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;

namespace DatacenterOst.UnitTests.Models;

public sealed class When_an_estimate_is_made
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void it_names_the_model_the_version_and_the_content_that_made_it()
    {
        var package = Shipped.Package("kdigo-aki");

        var estimate = package.Evaluate(Creatinine((-30, 80), (-4, 170)), Now);

        Assert.Equal(package.Id, new PackageId(estimate.Model, estimate.Version, estimate.Hash));
        Assert.Equal(Now, estimate.AsOf);
        Assert.Equal(2, estimate.Score);
    }

    [Fact]
    public void every_row_of_a_conclusion_is_among_the_values()
    {
        foreach (var package in Shipped.Catalogue.Packages)
        {
            var names = package.ValueNames;
            var estimate = package.Evaluate(Creatinine((-30, 80), (-4, 170)), Now);
            Assert.All(estimate.Conclusions.SelectMany(conclusion => conclusion.Rows), row => Assert.Contains(row, estimate.Values.Keys));
            Assert.All(estimate.Values.Keys, name => Assert.Contains(name, names));
        }
    }

    [Fact]
    public void a_card_finds_the_values_with_their_times_and_the_facts_behind_them()
    {
        var values = Shipped.Package("kdigo-aki").Evaluate(Creatinine((-100, 70), (-30, 80), (-4, 170)), Now).Values;

        Assert.Equal((170, Now.AddHours(-4), "umol/L"), (values["creatinine"].Number, values["creatinine"].At, values["creatinine"].Unit));
        Assert.Equal((80, Now.AddHours(-30)), (values["lowest48h"].Number, values["lowest48h"].At));
        Assert.Equal((70, Now.AddHours(-100)), (values["lowest7d"].Number, values["lowest7d"].At));
        Assert.Equal(90, values["rise"].Number);
        Assert.Single(values["lowest7d"].Facts);
    }

    [Fact]
    public void an_empty_history_is_silence_with_a_reason_in_every_model()
    {
        var nobody = new History(new PatientId(1), Demographics.Unknown, []);

        Assert.All(Shipped.Catalogue.Packages, package =>
        {
            var estimate = package.Evaluate(nobody, Now);
            Assert.Null(estimate.Score);
            Assert.Empty(estimate.Conclusions);
            Assert.NotEmpty(estimate.Abstentions);
        });
    }

    [Theory]
    [InlineData("kdigo-aki", 37)]
    [InlineData("news2", 365)]
    public void a_caller_reads_only_the_codes_and_the_time_that_the_model_needs(string id, double days)
    {
        var needs = Shipped.Package(id).Needs;

        Assert.Equal(days, needs.Lookback.TotalDays);
        Assert.Empty(needs.Prefixes);
        Assert.Equal(needs.Codes, needs.Query(Now).Concepts);
        Assert.Equal((Now.AddDays(-days), Now), (needs.Query(Now).ObservedFrom, needs.Query(Now).ObservedTo));
    }

    [Fact]
    public void a_model_that_needs_the_beginnings_of_codes_reads_all_concepts()
    {
        var needs = Shipped.Package("cmv-surveillance").Needs;

        Assert.Contains(new Code(CodeSystems.Sks, "KKAS"), needs.Prefixes);
        Assert.Empty(needs.Query(Now).Concepts);
    }

    private static History Creatinine(params (double Hours, decimal Value)[] results)
    {
        var concept = Shipped.FindConcept("creatinine")!.Concept;
        var facts = new List<Fact>();
        foreach (var (hours, value) in results)
        {
            var at = Now.AddHours(hours);
            var finding = new Finding(
                FactKind.Measurement, concept, new Coding(concept.Code), value, Comparator.None, null, null, at, null, at, FactStatus.Final, $"r{facts.Count}", "test");
            facts.Add(new Fact(new PatientId(1), new FactKey((UInt128)facts.Count + 1), finding, at, new SourceRef("test", default, "")));
        }

        return new History(new PatientId(1), Demographics.Unknown, facts);
    }
}
