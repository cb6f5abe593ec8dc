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

    /// <summary>True of a feature that says a word: a category, a code, a sex, or the first of such.</summary>
    public bool IsInWords(int place)
        => definitions[place].IsInWords || (definitions[place].Take == Take.AnyOf && definitions[place].Of.Any(IsInWords));

    public FeatureVector Evaluate(History history, DateTimeOffset indexTime)
        => Evaluate(history.Demographics, selectors.Group(history.Facts, indexTime), indexTime);

    /// <summary>
    /// One patient's facts, sorted once, for many index times: what a training matrix, a backtest and a batch are made with.
    /// Each vector equals that of <see cref="Evaluate(History, DateTimeOffset)"/> over the facts as resolved at its index time.
    /// </summary>
    /// <param name="unresolved">All facts of the patient, also those corrected or retracted since.</param>
    public PreparedHistory Prepare(Demographics demographics, IEnumerable<Fact> unresolved) => new(this, selectors, demographics, unresolved);

    /// <summary>A vector of values that somebody states: what is not stated is missing, and what is made of stated ones is made of them.</summary>
    /// <param name="stated">By name: a number or a word, in the unit of the feature before its logarithm is taken; an empty text is missing.</param>
    public FeatureVector Of(IReadOnlyDictionary<string, string> stated, DateTimeOffset indexTime)
        => Evaluate(Demographics.Unknown, new List<Fact>?[selectors.Count], indexTime, stated);

    internal FeatureVector Evaluate(Demographics person, List<Fact>?[] groups, DateTimeOffset indexTime, IReadOnlyDictionary<string, string>? stated = null)
    {
        var values = new FeatureValue[definitions.Length];
        var exact = new decimal?[definitions.Length];
        for (var i = 0; i < definitions.Length; i++)
        {
            var feature = definitions[i];
            var group = feature.ReadsFacts ? groups[feature.Selector] : null;
            var told = stated?.GetValueOrDefault(feature.Name);
            var found = told is not null ? Aggregation.Stated(told) : feature.Take switch
            {
                Take.Age => Person.Age(person, indexTime),
                Take.Sex => Person.Sex(person),
                Take.Delta or Take.Ratio => Derivation.OfTwo(feature, values, exact),
                Take.AnyOf => Derivation.AnyOf(feature, values, exact),
                Take.Derived => Derivation.Expression(feature, values, exact, indexTime),
                Take.Spline => Derivation.Spline(feature, values),
                _ => FromFacts(feature, group, values, indexTime),
            };
            if (found.Missing == MissingReason.NotMissing && (told is not null || !feature.ReadsFacts) && !IsPlausible(feature, found)) found = found.Without(MissingReason.Implausible);
            if (feature.Numbers.Count > 0) found = Counted(feature, found);

            var missing = found.Missing;
            if (missing != MissingReason.NotMissing) found = StandIn(feature, found, group, values, indexTime);
            found = feature.Transform.Apply(found);

            if (missing == MissingReason.NotMissing) missing = found.Missing;
            exact[i] = found.Exact;
            values[i] = new FeatureValue(feature.Name, found.Number, found.Text, feature.Unit, found.At, found.Facts, missing);
        }

        return new FeatureVector(indexTime, values);
    }

    /// <summary>The same vector with one number in the place of what was found, and every feature made of it made again.</summary>
    /// <param name="target">In the unit of the feature before its logarithm is taken.</param>
    public FeatureVector With(FeatureVector vector, int place, decimal target)
    {
        var values = vector.Values.ToArray();
        var exact = Array.ConvertAll(values, value => value.Number is { } number && Math.Abs(number) < 1e15 ? (decimal?)number : null);
        var changed = new bool[values.Length];
        for (var i = place; i < values.Length; i++)
        {
            var feature = definitions[i];
            changed[i] = i == place || (feature.First >= 0 && (changed[feature.First] || changed[feature.Second])) || feature.Of.Any(of => changed[of]);
            if (!changed[i]) continue;
            var found = i == place ? Aggregate.Of(target, values[i].At, values[i].Facts) : Remade(feature, values, exact, vector.IndexTime);
            found = feature.Transform.Apply(found);
            exact[i] = found.Exact;
            values[i] = values[i] with { Number = found.Number, Text = i == place ? null : found.Text, Missing = found.Missing };
        }

        return new FeatureVector(vector.IndexTime, values);
    }

    private static Aggregate Remade(FeatureDefinition feature, FeatureValue[] values, decimal?[] exact, DateTimeOffset indexTime) => feature.Take switch
    {
        Take.AnyOf => Derivation.AnyOf(feature, values, exact),
        Take.Derived => Derivation.Expression(feature, values, exact, indexTime),
        Take.Spline => Derivation.Spline(feature, values),
        _ => Derivation.OfTwo(feature, values, exact),
    };

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
            MissingReason.TooFew => $"{feature.Name}: too few values in the window {feature.Window} of {around}",
            MissingReason.Implausible => $"{feature.Name}: outside what is plausible, or not in the words that the model knows",
            _ => $"{feature.Name}: depends on a feature that is missing",
        };
    }

    private static Aggregate FromFacts(FeatureDefinition feature, List<Fact>? group, FeatureValue[] values, DateTimeOffset indexTime)
    {
        if (Around(feature, values, indexTime) is not { } anchor) return Aggregate.None(MissingReason.DependsOnMissing);

        var found = Aggregation.Of(feature, Within(feature.Window, anchor, group), indexTime);
        var stale = found.At is { } newest && feature.StaleAfter is { } limit && indexTime - newest > limit;
        return stale ? found.Without(MissingReason.Stale) : found;
    }

    /// <summary>The instant that the feature's window lies around; null when the feature that anchors it is missing.</summary>
    private static DateTimeOffset? Around(FeatureDefinition feature, FeatureValue[] values, DateTimeOffset indexTime)
    {
        if (feature.Anchor < 0) return indexTime;
        return values[feature.Anchor] is { IsMissing: false, At: { } at } ? at : null;
    }

    /// <summary>What the package puts in the place of a missing value; the finding as it was where it puts nothing.</summary>
    private static Aggregate StandIn(FeatureDefinition feature, in Aggregate found, List<Fact>? group, FeatureValue[] values, DateTimeOffset indexTime)
    {
        if (feature.WhenMissing == MissingPolicy.Impute)
            return found with { Exact = feature.ImputedNumber, Number = (double?)feature.ImputedNumber, Text = feature.ImputedText };

        // Only absence and age are bridged: an implausible newest value is no reason to show an older one as if it held.
        if (feature.CarryFor is not { } back || found.Missing is not (MissingReason.NoFact or MissingReason.Stale)) return found;
        if (Around(feature, values, indexTime) is not { } anchor) return found;
        var longer = feature.Window with { From = -back, FromIncluded = true };
        var carried = Aggregation.Newest(feature, Within(longer, anchor, group));
        if (feature.Numbers.Count > 0) carried = Counted(feature, carried);
        return carried.Missing == MissingReason.NotMissing ? carried : found;
    }

    private static Aggregate Counted(FeatureDefinition feature, in Aggregate found)
    {
        if (found.Text is not { } word) return found;
        return feature.Numbers.TryGetValue(word, out var number)
            ? found with { Exact = number, Number = (double)number }
            : found.Without(MissingReason.Implausible);
    }

    private static bool IsPlausible(FeatureDefinition feature, in Aggregate found)
        => found.Exact is { } exact ? feature.IsPlausible(exact) : !(found.Number < (double?)feature.PlausibleFrom) && !(found.Number > (double?)feature.PlausibleTo);

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
}
