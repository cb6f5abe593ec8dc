using DatacenterOst.Features;
using DatacenterOst.Models;
using DatacenterOst.Models.LifeCycle;

namespace DatacenterOst.Cards;

/// <summary>Holds a service against the model that it speaks for, so that a misspelt name is found at load and not at a bedside.</summary>
internal static class ModelBinding
{
    /// <summary>The service with the model's own labels and words where it has none, and every mismatch reported.</summary>
    public static CdsService Bind(CdsService service, ModelCatalogue models, PackageProblems problems)
    {
        var package = service.ModelVersion is { } version ? models.Find(service.Model, version) : models.Find(service.Model);
        if (package is null)
        {
            Report(problems, $"the model {service.Model} {service.ModelVersion ?? ""} is not loaded; see the catalogue for what is");
            return service;
        }

        var bound = Bind(service, package, problems);
        return service.ModelVersion is null ? bound with { OtherVersions = Others(service, models.LineupOf(service.Model).Beside(package)) } : bound;
    }

    /// <summary>The service as it speaks for one version of the model, and every mismatch reported.</summary>
    public static CdsService Bind(CdsService service, ModelPackage package, PackageProblems problems)
    {
        var names = package.ValueNames.ToHashSet(StringComparer.Ordinal);
        foreach (var unknown in service.Values.Keys.Concat(service.Values.Values.Select(value => value.Points).OfType<string>()).Where(name => !names.Contains(name))) Report(problems, $"'values' names {unknown}, which {Called(package)} does not have");
        foreach (var card in service.Cards.Values)
        {
            if (!package.Concludes.Contains(card.Conclusion)) Report(problems, $"'cards' names {card.Conclusion}; {Called(package)} concludes {string.Join(", ", package.Concludes)}");
            foreach (var unknown in NamesIn(card).Where(name => !names.Contains(name)).Distinct())
                Report(problems, $"the card {card.Conclusion} needs {unknown}, which {Called(package)} does not have");
        }

        if (problems.None) SuggestionCheck.Run(service, problems);
        return service with { Written = service, BoundTo = package.Id, Values = names.ToDictionary(name => name, name => Value(service, package, name), StringComparer.Ordinal) };
    }

    // One that does not fit was not promoted; should its service have changed since, it does not speak for that version.
    private static List<CdsService> Others(CdsService service, IReadOnlyList<StagedPackage> others)
    {
        var bound = new List<CdsService>();
        foreach (var other in others)
        {
            var problems = new PackageProblems();
            var fits = Bind(service, other.Package, problems);
            if (problems.None) bound.Add(fits);
        }

        return bound;
    }

    private static CardValue Value(CdsService service, ModelPackage package, string name)
    {
        var value = service.Values.GetValueOrDefault(name) ?? new CardValue(name, null, NumberShape.Default, null, new Dictionary<string, LocalText>());
        var words = new Dictionary<string, LocalText>(StringComparer.Ordinal);
        var prefix = $"{name}=";
        foreach (var (label, text) in package.Labels)
            if (label.StartsWith(prefix, StringComparison.Ordinal)) words[label[prefix.Length..]] = text;
        foreach (var (word, text) in value.Words) words[word] = text;
        return value with { Label = value.Label ?? package.Labels.GetValueOrDefault(name), Words = words };
    }

    private static IEnumerable<string> NamesIn(CardContent card) =>
        new[] { card.Summary, card.Heading, card.Next }.SelectMany(text => text.Da.ValueNames.Concat(text.En.ValueNames)).Concat(card.Rows)
            .Concat(card.Suggestions.SelectMany(suggestion => suggestion.Label.Da.ValueNames.Concat(suggestion.Label.En.ValueNames)))
            .Concat(card.Suggestions.SelectMany(suggestion => suggestion.Actions).Concat(card.SystemActions).SelectMany(NamesIn));

    private static IEnumerable<string> NamesIn(ActionContent action) =>
        action.Description.Da.ValueNames.Concat(action.Description.En.ValueNames).Concat(action.Resource?.ValueNames ?? []);

    private static string Called(ModelPackage package) => $"{package.Id.Model} {package.Id.Version}";

    private static void Report(PackageProblems problems, string message) => problems.Add(CdsServices.FileName, 0, message);
}
