using System.Buffers;
using DatacenterOst.Clinical;
using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models.Trees;

/// <summary>
/// A sum of decision trees. XGBoost's contract is kept to the bit: inputs and sums are 32-bit, trees are added in their order, the
/// base margin first. LightGBM's sums are 64-bit. Scoring allocates nothing.
/// </summary>
public sealed class TreeModel : INumericModel
{
    // As many numbers as the stack takes without a thought; wider rows borrow from the pool.
    private const int StackNumbers = 512;

    private readonly Response response;
    private readonly PackedForest? packed;
    private readonly TreeShapley? shapley;

    internal TreeModel(IReadOnlyList<string> inputs, Forest forest, Response response)
    {
        Inputs = inputs;
        Forest = forest;
        this.response = response;
        packed = response.IsSingle ? PackedForest.Of(forest, inputs.Count) : null;
        shapley = forest.HasCovers ? new TreeShapley(forest, inputs.Count) : null;
    }

    public IReadOnlyList<string> Inputs { get; }

    /// <summary>The library whose file it is: XGBoost or LightGBM.</summary>
    public required string Format { get; init; }

    public Forest Forest { get; }

    /// <summary>What the sum begins with.</summary>
    public double BaseMargin { get; init; }

    /// <summary>What the sum is divided by: the number of trees where a forest is averaged, else 1.</summary>
    public double Divisor { get; init; } = 1;

    /// <summary>Says whether this processor scores eight trees at once; otherwise one after the other, to the same bits.</summary>
    public bool IsPacked => packed is not null;

    /// <exception cref="Problem">The row has another number of values, or a word: trees take categories by number.</exception>
    public ModelNumber Score(ReadOnlySpan<InputValue> row)
    {
        Check(row);
        return response.Of(packed is null ? WalkRow(row) : ScorePacked(packed, row));
    }

    /// <summary>The margin by the clear version, one tree after the other; the tests hold <see cref="Score"/> to its bits.</summary>
    public double MarginByWalking(ReadOnlySpan<InputValue> row)
    {
        Check(row);
        return WalkRow(row);
    }

    public Contributions? Explain(ReadOnlySpan<InputValue> row)
    {
        if (shapley is null) return null;
        var values = new double[Inputs.Count];
        return new Contributions(Explain(row, values), values);
    }

    /// <summary>As the other, into memory of the caller's; allocates nothing.</summary>
    /// <param name="values">One for each input; overwritten.</param>
    /// <returns>The bias.</returns>
    /// <exception cref="Problem">The file does not tell how the training rows went, so there is no exact explanation.</exception>
    public double Explain(ReadOnlySpan<InputValue> row, Span<double> values)
    {
        if (shapley is null) throw new Problem(ProblemKind.Unsupported, $"this {Format} file does not say how many training rows came to each node, so it has no exact explanation; save it with them");
        Check(row);
        if (values.Length != Inputs.Count) throw new ArgumentException("One place for each input is needed.", nameof(values));
        double[]? rented = null;
        var numbers = row.Length <= StackNumbers ? stackalloc double[row.Length] : (rented = ArrayPool<double>.Shared.Rent(row.Length)).AsSpan(0, row.Length);
        Copy(row, numbers);
        shapley.Explain(numbers, values);
        if (rented is not null) ArrayPool<double>.Shared.Return(rented);
        foreach (ref var value in values) value /= Divisor;
        return BaseMargin + (shapley.Expected / Divisor);
    }

    private void Check(ReadOnlySpan<InputValue> row)
    {
        if (row.Length != Inputs.Count) throw new Problem(ProblemKind.Invalid, $"the row has {row.Length} values, but the model takes {Inputs.Count}");
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i].Word is not null) throw new Problem(ProblemKind.Invalid, $"is no number; {Format} models take categories by their number", Inputs[i]);
        }
    }

    private double WalkRow(ReadOnlySpan<InputValue> row)
    {
        double[]? rented = null;
        var numbers = row.Length <= StackNumbers ? stackalloc double[row.Length] : (rented = ArrayPool<double>.Shared.Rent(row.Length)).AsSpan(0, row.Length);
        Copy(row, numbers);
        var margin = response.IsSingle ? SingleSum(numbers) : DoubleSum(numbers);
        if (rented is not null) ArrayPool<double>.Shared.Return(rented);
        return margin;
    }

    private double ScorePacked(PackedForest forest, ReadOnlySpan<InputValue> row)
    {
        float[]? rented = null;
        var numbers = 2 * row.Length <= StackNumbers ? stackalloc float[2 * row.Length] : (rented = ArrayPool<float>.Shared.Rent(2 * row.Length)).AsSpan(0, 2 * row.Length);
        PackedForest.Lay(row, numbers);
        var margin = forest.Margin((float)BaseMargin, numbers);
        if (rented is not null) ArrayPool<float>.Shared.Return(rented);
        return margin;
    }

    private float SingleSum(ReadOnlySpan<double> row)
    {
        var sum = (float)BaseMargin;
        for (var tree = 0; tree < Forest.Count; tree++) sum += (float)Forest.Walk(tree, row);
        return sum;
    }

    private double DoubleSum(ReadOnlySpan<double> row)
    {
        var sum = 0.0;
        for (var tree = 0; tree < Forest.Count; tree++) sum += Forest.Walk(tree, row);
        return sum / Divisor;
    }

    // XGBoost holds inputs in 32 bits, so a value between two floats must be rounded before it meets a threshold.
    private void Copy(ReadOnlySpan<InputValue> row, Span<double> numbers)
    {
        for (var i = 0; i < row.Length; i++) numbers[i] = response.IsSingle ? (float)row[i].Number : row[i].Number;
    }
}
