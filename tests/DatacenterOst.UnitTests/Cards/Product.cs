using DatacenterOst.Cards;
using DatacenterOst.Models;
using DatacenterOst.Terminology;

namespace DatacenterOst.UnitTests.Cards;

/// <summary>The product's own content: terminology, models and services as they are shipped.</summary>
internal static class Product
{
    public static readonly TerminologySnapshot Terminology = TerminologySnapshot.Load(Path.Combine(Folders.Root, "terminology"));

    public static readonly ModelCatalogue Models = TestModels.Load(Path.Combine(Folders.Root, "models"), Terminology.FindByKey);

    public static readonly CdsServices Services = CdsServices.Load(Folders.CdsHooks, Models);
}
