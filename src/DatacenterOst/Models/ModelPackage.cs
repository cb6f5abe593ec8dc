using System.Collections.Frozen;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models.Explanation;
using DatacenterOst.Models.Reference;

namespace DatacenterOst.Models;

/// <summary>Which package: a model, a version of it, and the SHA-256 of its files.</summary>
public sealed record PackageId(ModelId Model, string Version, string Hash);

/// <summary>A loaded package, ready to be evaluated. Immutable, and safe to share between requests.</summary>
public sealed class ModelPackage
{
    private readonly PackageContent content;
    private readonly IModelRuntime runtime;
    private readonly IReadOnlyList<PopulationRule> population;
    private readonly FrozenDictionary<string, LocalText> labels;
    private readonly ExplanationPlan explanation;

    internal ModelPackage(PackageId id, PackageContent content)
    {
        this.content = content;
        Id = id;
        Kind = content.Kind;
        Card = content.Card;
        Monitoring = content.Monitoring;
        Output = content.Output;
        Features = content.Features;
        runtime = content.Runtime;
        population = content.Population;
        explanation = content.Explanation;
        labels = content.Labels.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public PackageId Id { get; }

    /// <summary>What features and scores were like at training; null where the package does not say.</summary>
    public ReferenceFile? Reference { get; private init; }

    public string Kind { get; }

    public PackageCard Card { get; }

    public OutputCard Output { get; }

    /// <summary>From when on its reports raise alerts.</summary>
    public Monitoring.MonitoringRules Monitoring { get; }

    public FeatureSet Features { get; }

    internal ModelPackage With(ReferenceFile? reference) => new(Id, content) { Reference = reference };

    /// <summary>What to read from the store before <see cref="Evaluate"/>.</summary>
    public TimelineNeeds Needs => Features.Needs;

    /// <summary>Every conclusion the model can come to.</summary>
    public IReadOnlyList<string> Concludes => runtime.Concludes;

    /// <summary>Names that can stand in <see cref="RiskEstimate.Values"/>.</summary>
    public IReadOnlyList<string> ValueNames => PackageContent.NamesOf(Features, runtime, Output);

    /// <summary>By value (<c>ratio</c>) and by value and word (<c>stratum=high</c>), so that cards can be made ready at load.</summary>
    public IReadOnlyDictionary<string, LocalText> Labels => labels;

    /// <summary>What a value (<c>ratio</c>) or a value's word (<c>stratum=high</c>) is called for people; the name itself where the package says nothing.</summary>
    public string Label(string name, string language) => labels.TryGetValue(name, out var text) ? text.In(language) : name;

    /// <summary>What the model says of the patient at that time, and why, using nothing that was not known by then.</summary>
    public RiskEstimate Evaluate(History history, DateTimeOffset asOf) => Explain(Features.Evaluate(history, asOf));

    /// <summary>What the model says of a vector of its own features, and why.</summary>
    public RiskEstimate Explain(FeatureVector vector)
    {
        var estimate = Score(vector);
        if (estimate.Score is not { } score) return estimate;
        return estimate with
        {
            Explanation = runtime.Explain(vector) is { } contributions ? explanation.Explain(vector, contributions, runtime.Inputs, Called) : null,
            MostChanging = explanation.HasTargets ? explanation.MostChanging(vector, score, runtime.Evaluate) : null,
        };
    }

    /// <summary>The number and its conclusions without the explanation, which costs many times more: for batches and backtests.</summary>
    public RiskEstimate Score(FeatureVector vector)
    {
        var reasons = Reasons(vector);
        var outcome = reasons.Count > 0 ? Outcome.Abstain(reasons) : runtime.Evaluate(vector);
        return new RiskEstimate(Id.Model, Id.Version, Id.Hash, vector.IndexTime, outcome.Score, outcome.Conclusions, Values(vector, outcome), outcome.Abstentions)
        {
            Margin = outcome.Margin,
            Probability = outcome.Probability,
            Interval = outcome.Interval,
        };
    }

    /// <summary>The model's answer to values that somebody states by name: for trying it out.</summary>
    /// <exception cref="Problem">Invalid, with the names that are known, for a name that is no feature.</exception>
    public RiskEstimate Try(IReadOnlyDictionary<string, string> stated, DateTimeOffset asOf)
    {
        var unknown = stated.Keys.Where(name => Features.Place(name) < 0).Order(StringComparer.Ordinal).ToArray();
        if (unknown.Length > 0)
            throw new Problem(ProblemKind.Invalid, $"{Id.Model} has no feature named {string.Join(", ", unknown)}; its features are {string.Join(", ", Features.Definitions.Select(feature => feature.Name))}", where: unknown[0]);
        foreach (var (name, value) in stated) CheckStated(name, value);
        return Explain(Features.Of(stated, asOf));
    }

    /// <summary>What each feature gave to the margin, by its place; null for a kind of model that has no such explanation, and where it keeps silent.</summary>
    public Numeric.Contributions? ContributionsOf(FeatureVector vector) => Score(vector).Score is null ? null : runtime.Explain(vector);

    /// <summary>What the package says where its weights, as a file, say this: the same margin, and the probability that is served.</summary>
    public Numeric.ModelNumber Calibrated(Numeric.ModelNumber made) => runtime is Numeric.NumericRuntime weights ? weights.Calibrated(made) : made;

    /// <summary>Names of the features that the model itself reads.</summary>
    public IReadOnlyList<string> Inputs => [.. runtime.Inputs.Select(place => Features.Definitions[place].Name)];

    // A word where a number belongs would count as missing, and somebody would take the answer for one to what they wrote.
    private void CheckStated(string name, string value)
    {
        if (string.IsNullOrWhiteSpace(value) || Features.IsInWords(Features.Place(name))) return;
        if (!decimal.TryParse(value, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _))
            throw new Problem(ProblemKind.Invalid, "is no number", where: name);
    }

    private LocalText Called(string name) => labels.TryGetValue(name, out var text) ? text : new LocalText(name, name);

    private IReadOnlyList<string> Reasons(FeatureVector vector)
    {
        var missing = Features.Abstentions(vector);
        List<string>? reasons = null;
        foreach (var rule in population)
        {
            if (!rule.Admits(vector)) (reasons ??= [.. missing]).Add(rule.Otherwise);
        }

        return reasons ?? missing;
    }

    private Dictionary<string, FeatureValue> Values(FeatureVector vector, Outcome outcome)
    {
        var values = new Dictionary<string, FeatureValue>(vector.Values.Count + outcome.Computed.Count + 1, StringComparer.Ordinal);
        for (var i = 0; i < vector.Values.Count; i++) values[vector.Values[i].Name] = vector.Values[i];
        for (var i = 0; i < outcome.Computed.Count; i++) values[outcome.Computed[i].Name] = outcome.Computed[i];
        if (Output.Name.Length > 0 && outcome.Score is { } score)
            values[Output.Name] = new FeatureValue(Output.Name, score, null, Output.Unit, null, [], MissingReason.NotMissing);
        return values;
    }
}
