using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models.Onnx;

/// <summary>
/// Exact Shapley values where the graph allows them: a sum of functions of one input each, or a forest over values that come of one
/// input each. Both compare with a reference row: every input missing, where the model has a number for that, and zero otherwise.
/// </summary>
internal sealed class Explanation
{
    private readonly Form form;
    private readonly Lazy<TreeAttribution?> forest;

    public Explanation(GraphPlan plan, IReadOnlyList<Step> steps, RowInputs inputs, RowOutputs outputs)
    {
        var wanted = outputs.Score ?? outputs.Probability!.Value;
        var known = Additivity.Of(plan, steps, inputs.Places);
        var sum = outputs.Score is null ? known[wanted] == Dependence.Odds : known[wanted] is Dependence.One or Dependence.Sum;
        var source = plan.Source(wanted);
        var overOne = source is { Inputs: [var row, ..] } && row >= 0 && known[row] == Dependence.One;

        // Read again when first asked for, since most rows are scored without being explained.
        forest = new Lazy<TreeAttribution?>(() => overOne ? TreeAttribution.Of(plan, source) : null);
        form = sum ? Form.Sum : overOne ? Form.Forest : Form.None;
    }

    private enum Form
    {
        None,
        Sum,
        Forest,
    }

    /// <param name="score">Scores a row; the workspace holds what came about on the way.</param>
    public Contributions? Of(ReadOnlySpan<InputValue> row, Workspace workspace, Func<Workspace, InputValue[], double> score)
    {
        if (form == Form.None || (form == Form.Forest && forest.Value is null)) return null;
        var own = row.ToArray();
        var reference = new InputValue[row.Length];
        Array.Fill(reference, InputValue.Missing);
        var start = score(workspace, reference);
        if (!double.IsFinite(start))
        {
            Array.Fill(reference, new InputValue(0));
            start = score(workspace, reference);
        }

        var margin = score(workspace, own);
        if (!double.IsFinite(margin) || !double.IsFinite(start)) return null;
        var values = form == Form.Sum
            ? OfSum(own, reference, start, mixed => score(workspace, mixed))
            : OfForest(own, reference, mixed =>
            {
                score(workspace, mixed);
                return workspace[forest.Value!.RowPlace].Numbers.ToArray();
            });

        // The bias takes what rounding to float left over, so that the parts sum to the margin that is shown.
        return new Contributions(margin - values.Sum(), values);
    }

    private static double[] OfSum(InputValue[] own, InputValue[] reference, double start, Func<InputValue[], double> score)
    {
        var values = new double[own.Length];
        for (var i = 0; i < values.Length; i++) values[i] = score(Mixed(own, reference, i)) - start;
        return values;
    }

    private double[] OfForest(InputValue[] own, InputValue[] reference, Func<InputValue[], double[]> given)
    {
        var (row, other) = (given(own), given(reference));
        var owners = new int[row.Length];
        for (var i = 0; i < own.Length; i++)
        {
            var one = given(Mixed(own, reference, i));
            for (var column = 0; column < one.Length; column++)
                if (!one[column].Equals(other[column])) owners[column] = i;
        }

        return forest.Value!.Share(row, other, owners, own.Length);
    }

    private static InputValue[] Mixed(InputValue[] own, InputValue[] reference, int input)
    {
        var mixed = (InputValue[])reference.Clone();
        mixed[input] = own[input];
        return mixed;
    }
}
