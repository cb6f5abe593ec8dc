using System.Globalization;
using DatacenterOst.Features;

namespace DatacenterOst.Models;

/// <summary>Words for people, in both languages of the house.</summary>
public sealed record LocalText(string Da, string En)
{
    public string In(string language) => language.StartsWith("da", StringComparison.OrdinalIgnoreCase) ? Da : En;

    internal static LocalText Read(YamlMap map, string key)
    {
        if (map.Map(key) is { } text) return new LocalText(text.Required("da"), text.Required("en"));
        if (!map.Has(key)) map.Report($"'{key}' is missing; give it with 'da' and 'en'");
        return new LocalText("", "");
    }
}

/// <summary>What a package says about itself: what it is for, for whom, on what evidence, and who answers for it.</summary>
/// <param name="Evidence">How far each number was verified, in plain words; also what needs a local protocol.</param>
/// <param name="ReviewBy">From this day on the owner should have looked at it again.</param>
public sealed record PackageCard(
    LocalText Title,
    LocalText IntendedUse,
    IReadOnlyList<string> Exclusions,
    string Population,
    string Licence,
    IReadOnlyList<string> References,
    string Evidence,
    string Owner,
    DateOnly ReviewBy)
{
    /// <summary>Who made the model; the references name the authors of a published score.</summary>
    public IReadOnlyList<string> Authors { get; init; } = [];

    /// <summary>What is predicted; null for models that predict nothing.</summary>
    public LocalText? Outcome { get; init; }

    /// <summary>How long from the index time the outcome is looked for; null where it has no such end.</summary>
    public TimeSpan? Horizon { get; init; }

    /// <summary>The facts that are the outcome, where the package names them: monitoring then reads from the record what came.</summary>
    public Training.OutcomeRule? OutcomeFacts { get; init; }

    /// <summary>Known risks, limits and biases, in plain words.</summary>
    public IReadOnlyList<string> Risks { get; init; } = [];

    internal static PackageCard Read(YamlMap model, YamlMap? population)
    {
        var outcome = model.Map("outcome");
        var text = outcome is null ? null : LocalText.Read(outcome, "text");
        var horizon = outcome?.Span("horizon");
        return Required(model, population) with
        {
            Authors = model.Texts("authors"),
            Outcome = text,
            Horizon = horizon,
            OutcomeFacts = outcome is null ? null : Training.OutcomeRule.Declared(outcome, text!.En, horizon),
            Risks = model.Texts("risks"),
        };
    }

    private static PackageCard Required(YamlMap model, YamlMap? population) => new(
        LocalText.Read(model, "title"),
        LocalText.Read(model, "intendedUse"),
        Stated(model, "exclusions"),
        population?.Required("text") ?? "",
        model.Required("licence"),
        Stated(model, "references"),
        model.Required("evidence"),
        model.Required("owner"),
        Day(model));

    private static IReadOnlyList<string> Stated(YamlMap model, string key)
    {
        var texts = model.Texts(key);
        if (texts.Count == 0) model.Report($"'{key}' is missing; list at least one");
        return texts;
    }

    private static DateOnly Day(YamlMap model)
    {
        var text = model.Required("reviewBy");
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        if (text.Length > 0) model.Report("reviewBy", $"must be a day such as 2027-11-01, not '{text}'");
        return default;
    }
}

/// <summary>What the score is, for texts and for those who read it by machine.</summary>
/// <param name="Name">The score's name among the values; empty for models that only conclude.</param>
public sealed record OutputCard(string Name, LocalText Text, string Unit);
