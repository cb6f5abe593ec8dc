using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;
using DatacenterOst.UnitTests.Features;

namespace DatacenterOst.UnitTests.Models;

/// <summary>A package that a test writes: model.yaml with the usual beginning, vectors and further files, in a directory of its own.</summary>
internal sealed class WrittenPackage : IDisposable
{
    public const string Beginning = """
        format: 1
        id: made
        version: 1.0.0
        title: { da: Prøve, en: Test }
        intendedUse: { da: Prøve, en: Test }
        exclusions: [none]
        population: { text: everyone }
        licence: none
        references: [none]
        evidence: none
        owner: nobody
        reviewBy: 2030-01-01

        """;

    private readonly string directory = Path.Combine(Path.GetTempPath(), $"dost-written-{Guid.NewGuid():N}");

    public WrittenPackage(string yaml, string? vectors = null)
    {
        System.IO.Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "model.yaml"), Beginning + yaml);
        File.WriteAllText(Path.Combine(Folder, "MODEL-CARD.md"), "# A test\n");
        File.WriteAllText(Path.Combine(Folder, "vectors.jsonl"), vectors ?? """{"name": "nothing known", "asOf": "2026-03-01T00:00:00Z", "events": [], "expect": {"score": null}}""");
    }

    public string Folder => Path.Combine(directory, "made", "1.0.0");

    public WrittenPackage With(string file, string text)
    {
        File.WriteAllText(Path.Combine(Folder, file), text);
        return this;
    }

    public WrittenPackage With(FileInfo file)
    {
        file.CopyTo(Path.Combine(Folder, file.Name));
        return this;
    }

    public ModelCatalogue Load(PackageSettings? settings = null) => ModelCatalogue.Load(directory, Timeline.Find, settings);

    public ModelPackage Package(PackageSettings? settings = null)
    {
        var catalogue = Load(settings);
        Assert.Equal("", string.Join('\n', catalogue.Refused.SelectMany(refused => refused.Reasons)));
        return Assert.Single(catalogue.Packages);
    }

    public string Refusal(PackageSettings? settings = null) => string.Join('\n', Assert.Single(Load(settings).Refused).Reasons);

    public RiskEstimate Estimate(params Fact[] facts) => Package().Evaluate(Timeline.Of(facts), Timeline.At(24));

    public void Dispose() => System.IO.Directory.Delete(directory, recursive: true);
}
