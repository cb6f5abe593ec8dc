using System.Runtime.InteropServices;
using DatacenterOst.Clinical;

namespace DatacenterOst.Features;

/// <summary>
/// The features of one model, evaluated for one patient at one index time. Pure and deterministic: the same facts in any
/// order give the same vector, in a request, a batch and a backtest. Only facts known and observed by the index time count.
/// </summary>
public sealed class FeatureSet
{
    private readonly FeatureDefinition[] definitions;
    private readonly FactSelectors selectors;

    internal FeatureSet(IReadOnlyList<FeatureDefinition> definitions, IReadOnlyList<FactSelector> selectors, TimelineNeeds needs)
    {
        this.definitions = [.. definitions];
        this.selectors = new FactSelectors(selectors);
        Needs = needs;
    }

    public IReadOnlyList<FeatureDefinition> Definitions => definitions;

    public TimelineNeeds Needs { get; }

    /// <returns>The place of the feature in every vector of this set; -1 when it has none of that name.</returns>
    public int Place(string name) => Array.FindIndex(definitions, definition => definition.Name == name);

    public FeatureVector Evaluate(History history, DateTimeOffset indexTime)
    {
        var groups = selectors.Group(history.Facts, indexTime);
        var values = new FeatureValue[definitions.Length];
        var exact = new decimal?[definitions.Length];
        for (var i = 0; i < definitions.Length; i++)
        {
            var feature = definitions[i];
            var found = feature.Take switch
            {
                Take.Age => Person.Age(history.Demographics, indexTime),
                Take.Sex => Person.Sex(history.Demographics),
                Take.Delta or Take.Ratio => Derived(feature, values, exact),
                _ => FromFacts(feature, groups[feature.Selector], values, indexTime),
            };
            if (found.Missing == MissingReason.NotMissing && !feature.ReadsFacts && found.Exact is { } number && !feature.IsPlausible(number))
                found = found.Without(MissingReason.Implausible);

            exact[i] = found.Exact;
            values[i] = Value(feature, found);
            if (found.Missing != MissingReason.NotMissing && feature.WhenMissing == MissingPolicy.Impute) exact[i] = feature.ImputedNumber;
        }

        return new FeatureVector(indexTime, values);
    }

    /// <summary>
    /// Why the model must not make a number from this vector: features that are missing and may not be. One that is missing
    /// only because of another is not named beside it.
    /// </summary>
    public IReadOnlyList<string> Abstentions(FeatureVector vector)
    {
        List<string>? causes = null;
        List<string>? consequences = null;
        for (var i = 0; i < definitions.Length; i++)
        {
            var value = vector.Values[i];
            if (definitions[i].WhenMissing != MissingPolicy.Abstain || !value.IsMissing) continue;
            var reasons = value.Missing == MissingReason.DependsOnMissing ? consequences ??= [] : causes ??= [];
            reasons.Add(Reason(definitions[i], value));
        }

        return causes ?? consequences ?? (IReadOnlyList<string>)[];
    }

    /// <summary>In plain English why a feature is missing. Carries no value of the patient.</summary>
    public string Reason(FeatureDefinition feature, FeatureValue value)
    {
        var around = feature.Anchor < 0 ? "the index time" : definitions[feature.Anchor].Name;
        return value.Missing switch
        {
            MissingReason.NoFact when !feature.ReadsFacts => $"{feature.Name}: not known of the patient",
            MissingReason.NoFact => $"{feature.Name}: nothing in the window {feature.Window} of {around}",
            MissingReason.Stale => $"{feature.Name}: the newest is older than {Duration.Say(feature.StaleAfter ?? TimeSpan.Zero)}",
            MissingReason.Implausible => $"{feature.Name}: outside what is plausible, or not in the words that the model knows",
            _ => $"{feature.Name}: depends on a feature that is missing",
        };
    }

    private static Aggregate FromFacts(FeatureDefinition feature, List<Fact>? group, FeatureValue[] values, DateTimeOffset indexTime)
    {
        var anchor = indexTime;
        if (feature.Anchor >= 0)
        {
            if (values[feature.Anchor] is not { IsMissing: false, At: { } at }) return Aggregate.None(MissingReason.DependsOnMissing);
            anchor = at;
        }

        var found = Aggregation.Of(feature, Within(feature.Window, anchor, group), indexTime);
        var stale = found.At is { } newest && feature.StaleAfter is { } limit && indexTime - newest > limit;
        return stale ? found.Without(MissingReason.Stale) : found;
    }

    private static ReadOnlySpan<Fact> Within(FactWindow window, DateTimeOffset anchor, List<Fact>? group)
    {
        if (group is null) return default;
        var facts = CollectionsMarshal.AsSpan(group);

        // Both ends by halving: the facts are in time order.
        var (start, high) = (0, facts.Length);
        while (start < high)
        {
            var middle = (start + high) / 2;
            if (window.Begins(anchor, facts[middle].Finding.ObservedAt)) high = middle;
            else start = middle + 1;
        }

        var (end, last) = (start, facts.Length);
        while (end < last)
        {
            var middle = (end + last) / 2;
            if (window.NotPast(anchor, facts[middle].Finding.ObservedAt)) end = middle + 1;
            else last = middle;
        }

        return facts[start..end];
    }

    private static Aggregate Derived(FeatureDefinition feature, FeatureValue[] values, decimal?[] exact)
    {
        var (left, right) = (values[feature.First], values[feature.Second]);
        if (left.Number is not { } first || right.Number is not { } second) return Aggregate.None(MissingReason.DependsOnMissing);

        Fact[] facts = [.. left.Facts, .. right.Facts];
        if (feature.Take == Take.Ratio && second == 0)
            return new Aggregate(null, null, null, left.At, facts, MissingReason.Implausible);

        var result = feature.Take == Take.Delta
            ? Exact.Difference(exact[feature.First], exact[feature.Second])
            : Exact.Quotient(exact[feature.First], exact[feature.Second]);
        if (result is { } decimals) return Aggregate.Of(decimals, left.At, facts);
        return new Aggregate(null, feature.Take == Take.Delta ? first - second : first / second, null, left.At, facts, MissingReason.NotMissing);
    }

    private static FeatureValue Value(FeatureDefinition feature, in Aggregate found)
    {
        if (found.Missing == MissingReason.NotMissing || feature.WhenMissing != MissingPolicy.Impute)
            return new FeatureValue(feature.Name, found.Number, found.Text, feature.Unit, found.At, found.Facts, found.Missing);

        return new FeatureValue(feature.Name, (double?)feature.ImputedNumber, feature.ImputedText, feature.Unit, found.At, found.Facts, found.Missing);
    }
}
