using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Training;

/// <summary>What a learner sees: inputs by row, and what came of each. NaN is a missing value.</summary>
/// <param name="Inputs">Names, in the order of a row.</param>
/// <param name="Values">By row, then by input.</param>
/// <param name="Outcomes">0 or 1 for a probability, a number for a regression.</param>
public sealed record TrainingRows(IReadOnlyList<string> Inputs, double[][] Values, double[] Outcomes)
{
    /// <summary>Rows that one training takes; the matrix of so many rows and 100 inputs is about a gigabyte.</summary>
    public const int MaxRows = 1_000_000;

    public int Count => Values.Length;

    /// <summary>How long each row was followed; null where the study asks only whether the outcome came.</summary>
    public FollowUp? FollowUp { get; init; }

    /// <summary>Whether anybody knows what came of the row by the horizon: it had the outcome, or was followed so long.</summary>
    public bool IsKnown(int row) => Outcomes[row] > 0 || FollowUp is not { } followed || followed.Days[row] >= followed.Horizon;

    public TrainingRows Pick(IReadOnlyList<int> rows)
    {
        var values = new double[rows.Count][];
        var outcomes = new double[rows.Count];
        for (var i = 0; i < rows.Count; i++) (values[i], outcomes[i]) = (Values[rows[i]], Outcomes[rows[i]]);
        return this with { Values = values, Outcomes = outcomes, FollowUp = FollowUp is null ? null : FollowUp with { Days = [.. rows.Select(row => FollowUp.Days[row])] } };
    }

    /// <exception cref="Problem">Invalid, where the rows cannot be learnt from at all.</exception>
    public void Check(bool binary)
    {
        if (Values.Length != Outcomes.Length) throw new Problem(ProblemKind.Invalid, "there must be one outcome for each row", where: "rows");
        if (Values.Length is 0 or > MaxRows) throw new Problem(ProblemKind.Invalid, $"a training takes 1 to {MaxRows} rows", where: "rows");
        foreach (var row in Values)
        {
            if (row.Length != Inputs.Count) throw new Problem(ProblemKind.Invalid, "each row must have one value for each input", where: "rows");
        }

        foreach (var outcome in Outcomes)
        {
            if (!double.IsFinite(outcome) || (binary && outcome is not (0 or 1)))
                throw new Problem(ProblemKind.Invalid, binary ? "outcomes must be 0 or 1" : "outcomes must be numbers", where: "outcome");
        }

        if (binary && (!Outcomes.Contains(0) || !Outcomes.Contains(1)))
            throw new Problem(ProblemKind.Invalid, "all outcomes are the same; there is nothing to tell apart", where: "outcome");
    }
}
