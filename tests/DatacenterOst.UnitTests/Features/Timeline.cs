using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Terminology;

namespace DatacenterOst.UnitTests.Features;

/// <summary>Small made-up histories and feature sets. Hours count from <see cref="Start"/>.</summary>
internal static class Timeline
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ConceptEntry[] Entries =
    [
        new("creatinine", new Concept(new Code(CodeSystems.Loinc, "14682-9"), "umol/L", "Creatinine"), "Kreatinin", null, []),
        new("potassium", new Concept(new Code(CodeSystems.Loinc, "2823-3"), "mmol/L", "Potassium"), "Kalium", null, []),
        new("cmv-igg", new Concept(new Code(CodeSystems.Loinc, "7852-7"), "", "CMV IgG"), "CMV-IgG", null, []),
    ];

    public static DateTimeOffset At(double hours) => Start.AddHours(hours);

    public static ConceptEntry? Find(string key) => Array.Find(Entries, entry => entry.Key == key);

    public static FeatureSet Declared(string yaml)
    {
        var (features, problems) = Parse(yaml);
        Assert.Equal("", string.Join('\n', problems));
        return features!;
    }

    public static (FeatureSet? Features, IReadOnlyList<string> Problems) Parse(string yaml)
    {
        var problems = new PackageProblems();
        var model = YamlFile.Read(yaml, "model.yaml", problems);
        var features = model is null ? null : new FeatureParser(Find).Parse(model.Maps("features"));
        model?.Finish();
        return (features, problems.List());
    }

    public static History Of(params Fact[] facts) => new(new PatientId(1), Demographics.Unknown, facts);

    public static Fact Lab(string key, decimal? value, double observed, double? known = null, Comparator comparator = Comparator.None, ResultCategory? category = null)
        => Made(Said(FactKind.Measurement, Find(key)!.Concept, observed) with { Value = value, KnownAt = At(known ?? observed), Comparator = comparator, Category = category });

    public static Fact Coded(FactKind kind, string system, string code, double observed, double? ended = null)
        => Made(Said(kind, new Concept(new Code(system, code), "", code), observed) with { EndedAt = ended is { } end ? At(end) : null });

    /// <summary>A fact in a unit of one's choice, as no normalisation should ever hand it on.</summary>
    public static Fact InUnit(string key, string unit, decimal value, double observed)
        => Made(Said(FactKind.Measurement, Find(key)!.Concept with { Unit = unit }, observed) with { Value = value });

    private static Finding Said(FactKind kind, Concept concept, double observed) => new(
        kind, concept, new Coding(concept.Code), null, Comparator.None, null, null, At(observed), null, At(observed), FactStatus.Final, "", "test");

    // As in the store, a fact's identity is a hash of what it says.
    private static Fact Made(Finding finding)
    {
        var said = string.Create(
            CultureInfo.InvariantCulture,
            $"{finding.Concept.Code}/{finding.Comparator}{finding.Value}/{finding.Category}/{finding.ObservedAt:O}/{finding.KnownAt:O}");
        var key = new FactKey(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(said))));
        return new Fact(new PatientId(1), key, finding with { ResultId = said }, finding.KnownAt, new SourceRef("test", default, ""));
    }
}
