using DatacenterOst.Clinical;
using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models.Ensembles;

/// <summary>Which of a member's numbers is combined.</summary>
public enum Scale
{
    Margin,
    Probability,
}

/// <summary>What is done to the line over the members.</summary>
public enum Link
{
    Identity,
    Sigmoid,
}

/// <summary>
/// How the numbers of an ensemble's members become one. The margin and the probability of the result belong together: where the members'
/// margins are log-odds, a mean of margins has the sigmoid as its probability; a mean of probabilities has its log-odds as its margin.
/// </summary>
public sealed class Combination
{
    /// <summary>CLL-TIM has 28; a hundred still answer within a millisecond.</summary>
    public const int MostMembers = 100;

    /// <summary>Probabilities are held this far from 0 and 1 before their log-odds are taken, so that a margin is always a number.</summary>
    private const double Certain = 1e-12;

    private readonly Kind kind;
    private readonly Scale scale;
    private readonly double[]? weights;
    private readonly double threshold;
    private readonly Link link;

    private Combination(Kind kind, Scale scale, double[]? weights, double threshold, Link link)
        => (this.kind, this.scale, this.weights, this.threshold, this.link) = (kind, scale, weights, threshold, link);

    private enum Kind
    {
        Mean,
        Stacked,
        Vote,
    }

    /// <summary>What a stacked ensemble begins from; 0 for the others.</summary>
    public double Intercept { get; private init; }

    public static Combination Mean(Scale scale) => new(Kind.Mean, scale, null, 0, Link.Identity);

    /// <summary>A mean in which members count differently; weights are taken as parts of their sum.</summary>
    public static Combination Weighted(Scale scale, IReadOnlyList<double> weights)
    {
        RequireNumbers(weights);
        var sum = weights.Sum();
        if (weights.Any(weight => weight < 0) || sum <= 0) throw Wrong("weights must not be negative, and one must be above 0");
        return new Combination(Kind.Mean, scale, [.. weights.Select(weight => weight / sum)], 0, Link.Identity);
    }

    /// <summary>Wolpert's stacking: intercept + Σ weight × member. With the sigmoid that is a log-odds and has a probability.</summary>
    public static Combination Stacked(Scale scale, double intercept, IReadOnlyList<double> weights, Link link)
    {
        RequireNumbers([intercept, .. weights]);
        return new Combination(Kind.Stacked, scale, [.. weights], 0, link) { Intercept = intercept };
    }

    /// <summary>The share of members that say yes: those at the threshold or above it. The share is the probability.</summary>
    public static Combination Vote(Scale scale, double threshold)
    {
        RequireNumbers([threshold]);
        return new Combination(Kind.Vote, scale, null, threshold, Link.Identity);
    }

    /// <exception cref="Problem">Invalid: not one weight for each member.</exception>
    public void Check(int members)
    {
        if (weights is not null && weights.Length != members) throw Wrong($"{weights.Length} weights for {members} members; give one each");
    }

    public ModelNumber Of(ReadOnlySpan<ModelNumber> members)
    {
        var (sum, likely) = (Intercept, true);
        for (var i = 0; i < members.Length; i++)
        {
            var value = scale == Scale.Margin ? members[i].Margin : members[i].Probability ?? double.NaN;
            if (double.IsNaN(members[i].Margin) || double.IsNaN(value)) return new ModelNumber(double.NaN, null);
            likely &= members[i].Probability is not null;
            if (kind == Kind.Vote) value = value >= threshold ? 1 : 0;
            sum += (weights is null ? 1.0 / members.Length : weights[i]) * value;
        }

        if (kind == Kind.Stacked) return new ModelNumber(sum, link == Link.Sigmoid ? Sigmoid(sum) : null);
        if (kind == Kind.Vote || scale == Scale.Probability) return new ModelNumber(LogOdds(sum), sum);

        // A member's probability may be calibrated apart from its margin; the sigmoid is offered only where that is what members mean.
        return new ModelNumber(sum, likely && AreLogOdds(members) ? Sigmoid(sum) : null);
    }

    /// <summary>The weight of each member's margin in the ensemble's; null where the ensemble's margin is no such sum.</summary>
    public IReadOnlyList<double>? WeightsOfMargins(int members)
        => scale != Scale.Margin || kind == Kind.Vote ? null : weights ?? Enumerable.Repeat(1.0 / members, members).ToArray();

    private static bool AreLogOdds(ReadOnlySpan<ModelNumber> members)
    {
        foreach (var member in members)
            if (Math.Abs(Sigmoid(member.Margin) - member.Probability!.Value) > 1e-5) return false;
        return true;
    }

    private static double Sigmoid(double margin)
    {
        var small = Math.Exp(-Math.Abs(margin));
        return margin < 0 ? small / (1 + small) : 1 / (1 + small);
    }

    private static double LogOdds(double probability)
    {
        var held = Math.Clamp(probability, Certain, 1 - Certain);
        return Math.Log(held) - Math.Log(1 - held);
    }

    private static void RequireNumbers(IReadOnlyList<double> numbers)
    {
        if (!numbers.All(double.IsFinite)) throw Wrong("a weight, intercept or threshold is not a number");
    }

    private static Problem Wrong(string reason) => new(ProblemKind.Invalid, reason, where: "ensemble");
}
