using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models.Ensembles;

/// <summary>Reads the <c>model:</c> section of an ensemble's model.yaml: <c>members</c>, each with its file, and how they are combined.</summary>
internal static class EnsembleParser
{
    /// <param name="open">Opens a file of the package's folder.</param>
    /// <exception cref="Problem">A member cannot be opened, or the members do not fit their weights.</exception>
    public static Ensemble Read(YamlMap section, Func<YamlMap, INumericModel?> open)
    {
        var maps = section.Maps("members");
        if (maps.Count > Combination.MostMembers) throw new Problem(ProblemKind.Invalid, $"an ensemble has {Combination.MostMembers} members at most", where: "members");
        var members = maps.Select(open).OfType<INumericModel>().ToArray();
        if (members.Length != maps.Count) throw new Problem(ProblemKind.Invalid, "not every member could be opened", where: "members");

        var scale = section.Choice<Scale>("of") ?? Scale.Probability;
        var combine = section.Choice<Way>("combine") ?? Way.Mean;
        var weights = combine is Way.Weighted or Way.Stacked ? maps.Select(Weight).ToArray() : [];
        if (combine == Way.Vote) return Ensemble.Of(members, Combination.Vote(scale, (double)(section.Number("threshold") ?? 0.5m)));
        var link = section.Choice<Link>("link");
        return Ensemble.Of(members, combine switch
        {
            Way.Weighted => Combination.Weighted(scale, weights, link ?? Link.Identity),
            Way.Stacked => Combination.Stacked(scale, (double)(section.Number("intercept") ?? 0), weights, link ?? Link.Sigmoid),
            _ => Combination.Mean(scale, link ?? Link.Identity),
        });
    }

    private static double Weight(YamlMap member)
    {
        var weight = member.Number("weight");
        if (weight is null && !member.Has("weight")) member.Report("'weight' is missing; this way of combining needs one for each member");
        return (double)(weight ?? 1);
    }

    private enum Way
    {
        Mean,
        Weighted,
        Stacked,
        Vote,
    }
}
