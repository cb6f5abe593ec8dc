using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Terminology;

namespace DatacenterOst.UnitTests.Models;

/// <summary>The packages of this repository, with just the concepts that they name.</summary>
internal static class Shipped
{
    private static readonly IReadOnlyDictionary<string, ConceptEntry> Concepts = new[]
    {
        Entry("creatinine", "14682-9", "umol/L"),
        Entry("respiratory-rate", "9279-1", "/min"),
        Entry("spo2", "59408-5", "%"),
        Entry("oxygen-flow", "3151-8", "L/min"),
        Entry("systolic-blood-pressure", "8480-6", "mm[Hg]"),
        Entry("heart-rate", "8867-4", "/min"),
        Entry("consciousness", "67775-7", ""),
        Entry("temperature", "8310-5", "Cel"),
        Entry("cmv-igg", "7852-7", ""),
        Entry("cmv-pcr", "72493-0", "[IU]/mL"),
        new ConceptEntry("cmv-igg-donor", new Concept(new Code("urn:dost:concept", "cmv-igg-donor"), "", "CMV IgG, donor"), "", null, []),
    }.ToDictionary(entry => entry.Key, StringComparer.Ordinal);

    private static readonly Lazy<ModelCatalogue> Loaded = new(() => ModelCatalogue.Load(Directory, FindConcept));

    public static ModelCatalogue Catalogue => Loaded.Value;

    public static string Directory
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DatacenterOst.sln"))) folder = folder.Parent;
            return Path.Combine(folder!.FullName, "models");
        }
    }

    public static ConceptEntry? FindConcept(string key) => Concepts.GetValueOrDefault(key);

    public static ModelPackage Package(string id) => Catalogue.Find(new ModelId(id)) ?? throw new InvalidOperationException($"{id} did not load");

    private static ConceptEntry Entry(string key, string loinc, string unit)
        => new(key, new Concept(new Code(CodeSystems.Loinc, loinc), unit, key), key, null, []);
}
