namespace DatacenterOst.Models.Onnx;

/// <summary>The names of a classifier's classes: whole numbers or texts.</summary>
internal sealed class ClassLabels
{
    private readonly double[] numbers;
    private readonly string[] words;

    private ClassLabels(double[] numbers, string[] words) => (this.numbers, this.words) = (numbers, words);

    public int Count => Math.Max(numbers.Length, words.Length);

    /// <param name="integers">classlabels_int64s for trees, classlabels_ints for the others.</param>
    public static ClassLabels Read(OperatorNode node, string integers)
    {
        double[] numbers = node.Wholes(integers);
        var words = node.Texts("classlabels_strings");
        if (numbers.Length > 0 && words.Length > 0) throw node.Refuse("names its classes by numbers and by texts");
        if (numbers.Length + words.Length is 0 or > 1024) throw node.Refuse($"names {numbers.Length + words.Length} classes; 1 to 1024 are possible");
        return new ClassLabels(numbers, words);
    }

    public void Prepare(Tensor made, int rows) => made.Take(words.Length > 0 ? ElementKind.Text : ElementKind.Int64, [rows]);

    public void Write(Tensor made, int row, int label)
    {
        if (words.Length > 0) made.Words[row] = words[label];
        else made.Numbers[row] = numbers[label];
    }
}
