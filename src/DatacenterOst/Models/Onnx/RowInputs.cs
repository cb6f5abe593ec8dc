using System.Globalization;
using System.Text.Json;
using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models.Onnx;

/// <summary>
/// How a row of named inputs becomes the input tensors of a graph. One column each (ML.NET) keeps the graph's names; a matrix of k
/// columns (skl2onnx) has the names of the file's metadata <c>feature_names</c>, or <c>&lt;input&gt;_0</c> to <c>&lt;input&gt;_k-1</c>.
/// </summary>
internal sealed class RowInputs
{
    private readonly List<Part> parts = [];

    private RowInputs(IReadOnlyList<string> names) => Names = names;

    public IReadOnlyList<string> Names { get; }

    public IEnumerable<int> Places => parts.Select(part => part.Place);

    public static RowInputs Of(GraphPlan plan, IReadOnlyList<OnnxValue> inputs)
    {
        var parts = inputs.Select(input => PartOf(plan, input)).ToList();
        var total = parts.Sum(part => (long)part.Count);
        if (total is 0 or > OnnxLimits.RowInputs) throw plan.Refuse($"a row of it has {total} values; 1 to {OnnxLimits.RowInputs} are possible");
        var names = Stated(plan.File, (int)total)
            ?? [.. inputs.Zip(parts).SelectMany(pair => pair.Second.Count == 1
                ? [pair.First.Name]
                : Enumerable.Range(0, pair.Second.Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{pair.First.Name}_{i}")))];
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count) throw plan.Refuse("two values of its row have the same name");
        var made = new RowInputs(names);
        made.parts.AddRange(parts);
        return made;
    }

    /// <returns>Null, or why the row cannot be given to the graph.</returns>
    public string? Fill(Workspace workspace, ReadOnlySpan<InputValue> row)
    {
        var at = 0;
        foreach (var part in parts)
        {
            var tensor = workspace[part.Place];
            tensor.Take(part.Kind, part.Shape);
            for (var i = 0; i < part.Count; i++, at++)
            {
                if (Put(tensor, i, row[at]) is { } wrong) return $"'{Names[at]}' {wrong}";
            }
        }

        return null;
    }

    private static string? Put(Tensor tensor, int at, InputValue value)
    {
        if (tensor.IsText)
        {
            // A missing word is the empty one, which ML.NET and pandas mean by it.
            tensor.Words[at] = value.Word ?? (double.IsNaN(value.Number) ? "" : Casting.Word(ElementKind.Float64, value.Number));
            return null;
        }

        var number = value.Number;
        if (value.Word is { } word && !double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
            return "is a word where the model takes a number";
        if (Element.IsWhole(tensor.Kind))
        {
            if (double.IsNaN(number)) return "is missing, and the model takes a whole number there";
            if (number != Math.Truncate(number) || !Element.Fits(tensor.Kind, number)) return "is not a whole number that the model can take";
        }

        tensor.Numbers[at] = Element.As(tensor.Kind, number);
        return null;
    }

    private static Part PartOf(GraphPlan plan, OnnxValue input)
    {
        if (input.Kind is not { } kind) throw plan.Refuse($"its input '{input.Name}' is no tensor; rows of numbers or texts are needed");
        var dimensions = input.Dimensions ?? throw plan.Refuse($"its input '{input.Name}' declares no shape; say [N, k]");

        // The first dimension is the batch, whatever size it was exported with, unless it is the only one and fixed.
        var shape = new int[dimensions.Count];
        for (var i = 0; i < shape.Length; i++)
        {
            var batch = i == 0 && (shape.Length > 1 || dimensions[0] is null);
            shape[i] = batch ? 1 : dimensions[i] ?? throw plan.Refuse($"its input '{input.Name}' leaves dimension {i} open; a row must have a known width");
        }

        long count = 1;
        foreach (var size in shape) count = Math.Min(count * size, int.MaxValue);
        return new Part(plan.Place(input.Name), kind, shape, (int)count);
    }

    private static List<string>? Stated(OnnxFile file, int count)
    {
        if (!file.Metadata.TryGetValue("feature_names", out var text)) return null;
        try
        {
            var names = text.TrimStart().StartsWith('[') ? JsonSerializer.Deserialize<List<string>>(text) : [.. text.Split(',', StringSplitOptions.TrimEntries)];
            return names is not null && names.Count == count && names.TrueForAll(name => !string.IsNullOrEmpty(name)) ? names : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Part(int Place, ElementKind Kind, int[] Shape, int Count);
}
