using DatacenterOst.Clinical;
using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models.Ensembles;

/// <summary>
/// Several models as one: their mean, a weighted mean, a line over what they say (stacking), or a vote. A row of it is the inputs
/// of all members without repetition, in the order in which members first name them.
/// </summary>
public sealed class Ensemble : INumericModel
{
    private readonly Member[] members;
    private readonly Combination combination;

    private Ensemble(Member[] members, IReadOnlyList<string> inputs, Combination combination)
        => (this.members, Inputs, this.combination) = (members, inputs, combination);

    public IReadOnlyList<string> Inputs { get; }

    /// <exception cref="Problem">Invalid: no members, or weights that do not fit them.</exception>
    public static Ensemble Of(IReadOnlyList<INumericModel> models, Combination combination)
    {
        if (models.Count is 0 or > Combination.MostMembers)
            throw new Problem(ProblemKind.Invalid, $"an ensemble has 1 to {Combination.MostMembers} members, not {models.Count}", where: "ensemble");
        combination.Check(models.Count);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var members = new Member[models.Count];
        for (var i = 0; i < members.Length; i++)
        {
            foreach (var input in models[i].Inputs) places.TryAdd(input, places.Count);
            members[i] = new Member(models[i], [.. models[i].Inputs.Select(input => places[input])]);
        }

        return new Ensemble(members, [.. places.OrderBy(pair => pair.Value).Select(pair => pair.Key)], combination);
    }

    /// <inheritdoc/>
    /// <remarks>One member without a number (a margin of NaN) leaves the ensemble without one.</remarks>
    public ModelNumber Score(ReadOnlySpan<InputValue> row)
    {
        CheckLength(row);
        var numbers = new ModelNumber[members.Length];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = members[i].Model.Score(members[i].Own(row));
        return combination.Of(numbers);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Shapley values of a weighted sum are the weighted sums of the Shapley values. So a mean of margins is explained exactly where all
    /// its members are, each against its own reference; a mean of probabilities, a vote, and stacking over probabilities are not.
    /// </remarks>
    public Contributions? Explain(ReadOnlySpan<InputValue> row)
    {
        CheckLength(row);
        if (combination.WeightsOfMargins(members.Length) is not { } weights) return null;
        var bias = combination.Intercept;
        var values = new double[Inputs.Count];
        for (var i = 0; i < members.Length; i++)
        {
            if (weights[i] == 0) continue;
            if (members[i].Model.Explain(members[i].Own(row)) is not { } parts) return null;
            bias += weights[i] * parts.Bias;
            for (var input = 0; input < parts.Values.Count; input++) values[members[i].Places[input]] += weights[i] * parts.Values[input];
        }

        return new Contributions(bias, values);
    }

    private void CheckLength(ReadOnlySpan<InputValue> row)
    {
        if (row.Length != Inputs.Count)
            throw new Problem(ProblemKind.Invalid, $"the ensemble takes {Inputs.Count} values in a row and was given {row.Length}", where: "ensemble");
    }

    private sealed record Member(INumericModel Model, int[] Places)
    {
        public InputValue[] Own(ReadOnlySpan<InputValue> row)
        {
            var own = new InputValue[Places.Length];
            for (var i = 0; i < own.Length; i++) own[i] = row[Places[i]];
            return own;
        }
    }
}
