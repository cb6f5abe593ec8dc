using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Terminology;

namespace DatacenterOst.UnitTests.Models;

/// <summary>The packages of this repository, loaded with its own terminology.</summary>
internal static class Shipped
{
    private static readonly Lazy<TerminologySnapshot> Terminology = new(() => TerminologySnapshot.Load(Below("terminology")));

    private static readonly Lazy<ModelCatalogue> Loaded = new(() => ModelCatalogue.Load(Directory, FindConcept));

    public static ModelCatalogue Catalogue => Loaded.Value;

    public static string Directory => Below("models");

    public static ConceptEntry? FindConcept(string key) => Terminology.Value.FindByKey(key);

    public static ModelPackage Package(string id) => Catalogue.Find(new ModelId(id)) ?? throw new InvalidOperationException($"{id} did not load");

    private static string Below(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DatacenterOst.sln"))) folder = folder.Parent;
        return Path.Combine(folder!.FullName, name);
    }
}
