using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Terminology;

namespace DatacenterOst.UnitTests.Cards;

/// <summary>A model that exists for tests of cards.</summary>
internal static class TestModels
{
    private static readonly ConceptEntry[] Concepts =
    [
        Concept("creatinine", "14682-9", "umol/L"),
        Concept("consciousness", "67775-7", ""),
    ];

    public static readonly ModelCatalogue OfTests = Load(
        Path.Combine(Folders.Root, "tests", "DatacenterOst.UnitTests", "Cards", "models"), key => Concepts.FirstOrDefault(concept => concept.Key == key));

    public static ModelCatalogue Load(string directory, Func<string, ConceptEntry?> concepts)
    {
        var models = ModelCatalogue.Load(directory, concepts);
        return models.Refused.Count == 0 ? models : throw new InvalidOperationException(string.Join('\n', models.Refused.SelectMany(refused => refused.Reasons)));
    }

    private static ConceptEntry Concept(string key, string loinc, string unit)
    {
        var code = new Code(CodeSystems.Loinc, loinc);
        return new ConceptEntry(key, new Concept(code, unit, key), key, null, [code]);
    }
}
