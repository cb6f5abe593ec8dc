namespace DatacenterOst.Models.Onnx;

/// <summary>
/// A value while a graph is evaluated. Its memory is taken once and used again for each row, so that scoring allocates nothing
/// once it is warm.
/// </summary>
internal sealed class Tensor(WorkBudget budget)
{
    private readonly int[] dimensions = new int[OnnxLimits.Rank];
    private double[] numbers = [];
    private string[] words = [];

    public ElementKind Kind { get; private set; }

    public int Rank { get; private set; }

    public int Count { get; private set; }

    public ReadOnlySpan<int> Shape => dimensions.AsSpan(0, Rank);

    public Span<double> Numbers => numbers.AsSpan(0, Kind == ElementKind.Text ? 0 : Count);

    public Span<string> Words => words.AsSpan(0, Kind == ElementKind.Text ? Count : 0);

    public bool IsText => Kind == ElementKind.Text;

    /// <summary>The row is a made-up one, to try whether the shapes fit: what only its content makes impossible is let pass.</summary>
    public bool OnTrial => budget.OnTrial;

    /// <summary>Rows that the first dimension makes; a vector is one row.</summary>
    public int Rows => Rank >= 2 ? dimensions[0] : 1;

    /// <summary>Elements of one row.</summary>
    public int Width => Rows == 0 ? 0 : Count / Rows;

    /// <summary>Makes room for a new value. What it holds afterwards is undefined until written.</summary>
    public void Take(ElementKind kind, ReadOnlySpan<int> shape)
    {
        if (shape.Length > OnnxLimits.Rank) throw new Unevaluable($"a tensor of {shape.Length} dimensions; {OnnxLimits.Rank} at most");
        long count = 1;
        foreach (var size in shape)
        {
            if (size < 0) throw new Unevaluable($"a dimension of {size}");
            count *= size;
            if (count > OnnxLimits.TensorElements) throw new Unevaluable($"a tensor of more than {OnnxLimits.TensorElements} elements");
        }

        budget.Work(count);
        shape.CopyTo(dimensions);
        (Kind, Rank, Count) = (kind, shape.Length, (int)count);
        if (kind == ElementKind.Text)
        {
            if (words.Length < Count) words = new string[budget.Room(words.Length, Count)];
        }
        else if (numbers.Length < Count)
        {
            numbers = new double[budget.Room(numbers.Length, Count)];
        }
    }

    /// <summary>Counts multiplications that making this tensor takes beyond its own size.</summary>
    public void Spend(long multiplications) => budget.Work(multiplications);

    public void TakeLike(Tensor other) => Take(other.Kind, other.Shape);

    public void Copy(Tensor other)
    {
        TakeLike(other);
        other.Numbers.CopyTo(Numbers);
        other.Words.CopyTo(Words);
    }

    /// <summary>The same elements under another shape, as Reshape and its kin give.</summary>
    public void Copy(Tensor other, ReadOnlySpan<int> shape)
    {
        Take(other.Kind, shape);
        if (Count != other.Count) throw new Unevaluable($"{other.Count} elements cannot be laid out as [{string.Join(", ", shape.ToArray())}]");
        other.Numbers.CopyTo(Numbers);
        other.Words.CopyTo(Words);
    }

    /// <summary>Copies one element, of whichever kind.</summary>
    public void Put(int at, Tensor from, int index)
    {
        if (Kind == ElementKind.Text) words[at] = from.words[index];
        else numbers[at] = from.numbers[index];
    }

    public static Tensor Constant(OnnxTensor read, WorkBudget budget)
    {
        var made = new Tensor(budget);
        made.Take(read.Kind, read.Dimensions);
        read.Numbers.CopyTo(made.Numbers);
        read.Words.CopyTo(made.Words);
        return made;
    }

    public string Describe() => $"{Kind}[{string.Join(", ", Shape.ToArray())}]";
}

/// <summary>What one evaluation may still use; a graph that multiplies its tensors up is stopped, not obeyed.</summary>
internal sealed class WorkBudget
{
    private long work;
    private long elements;

    public bool OnTrial { get; init; }

    public void Begin() => work = 0;

    public void Work(long visits)
    {
        work += visits;
        if (work > OnnxLimits.Work) throw new Unevaluable($"more than {OnnxLimits.Work} element visits in one evaluation");
    }

    public int Room(int had, int needed)
    {
        elements += needed - had;
        if (elements > OnnxLimits.WorkspaceElements) throw new Unevaluable($"more than {OnnxLimits.WorkspaceElements} elements at once");
        return needed;
    }
}

/// <summary>A node cannot be evaluated on what it was given. Becomes a Problem at load, and a row without a number afterwards.</summary>
internal sealed class Unevaluable(string reason) : Exception(reason);
