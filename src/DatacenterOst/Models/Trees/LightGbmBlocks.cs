using System.Globalization;
using System.Text;
using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Trees;

/// <summary>Cuts LightGBM's text into its head and one block for each tree. What follows the trees (importances, parameters) is left out.</summary>
internal static class LightGbmBlocks
{
    private const string TreeMark = "Tree=";

    public static IReadOnlyList<LightGbmBlock> Read(ReadOnlySpan<byte> file)
    {
        var blocks = new List<LightGbmBlock> { new("head") };
        var ended = false;
        var number = 0;
        foreach (var range in file.Split((byte)'\n'))
        {
            var line = file[range].TrimEnd((byte)'\r');
            number++;
            if (line.IsEmpty || (number == 1 && line.SequenceEqual("tree"u8))) continue;
            if (line.StartsWith("end of trees"u8) || line.StartsWith("feature importances"u8) || line.StartsWith("feature_importances"u8))
            {
                ended = true;
                break;
            }

            var text = Encoding.UTF8.GetString(line);
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (text.StartsWith(TreeMark, StringComparison.Ordinal))
            {
                if (blocks.Count > TreeLimits.MaxTrees) throw new Problem(ProblemKind.TooLarge, $"there are more than {TreeLimits.MaxTrees} trees", Line(number));
                if (text != string.Create(CultureInfo.InvariantCulture, $"{TreeMark}{blocks.Count - 1}"))
                    throw new Problem(ProblemKind.Invalid, $"'{DocumentNode.Shown(text)}' comes where tree {blocks.Count - 1} should; the file was changed", Line(number));
                blocks.Add(new LightGbmBlock(string.Create(CultureInfo.InvariantCulture, $"tree {blocks.Count - 1}")));
            }
            else if (!blocks[^1].Add(at < 0 ? text : text[..at], at < 0 ? "" : text[(at + 1)..], number))
            {
                throw new Problem(ProblemKind.Invalid, $"'{DocumentNode.Shown(at < 0 ? text : text[..at])}' is there twice", Line(number));
            }
        }

        return ended ? blocks : throw new Problem(ProblemKind.Invalid, "the line 'end of trees' is missing; the file was cut", Line(number));
    }

    private static string Line(int number) => string.Create(CultureInfo.InvariantCulture, $"line {number}");
}

/// <summary>The lines <c>name=value</c> of LightGBM's head or of one tree.</summary>
internal sealed class LightGbmBlock(string where)
{
    private readonly Dictionary<string, (string Text, int Line)> values = new(StringComparer.Ordinal);

    public string Where => where;

    public bool Add(string name, string text, int line) => values.TryAdd(name, (text, line));

    public bool Has(string name) => values.ContainsKey(name);

    public string? Text(string name) => values.TryGetValue(name, out var value) ? value.Text : null;

    public int Whole(string name, int ifMissing)
        => Text(name) is not { } text ? ifMissing
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
            : throw Wrong($"'{name}' must be a whole number, not '{DocumentNode.Shown(text)}'");

    public int[] Integers(string name, int count) => Numbers(name, count, "a whole number", static (ReadOnlySpan<char> text, out int number)
        => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number));

    // C++ writes inf and nan; what of them may be is for the forest to say.
    public double[] Doubles(string name, int count) => Numbers(name, count, "a number", static (ReadOnlySpan<char> text, out double number) =>
    {
        (var isWord, number) = text switch
        {
            "inf" => (true, double.PositiveInfinity),
            "-inf" => (true, double.NegativeInfinity),
            "nan" or "-nan" => (true, double.NaN),
            _ => (false, 0.0),
        };
        return isWord || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    });

    public uint[] Words(string name) => Numbers(name, -1, "a whole number from 0 to 4294967295", static (ReadOnlySpan<char> text, out uint number)
        => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number));

    public Problem Wrong(string what) => new(ProblemKind.Invalid, what, where);

    private delegate bool Parser<T>(ReadOnlySpan<char> text, out T number);

    private T[] Numbers<T>(string name, int count, string kind, Parser<T> parse)
    {
        if (count == 0) return [];
        if (!values.TryGetValue(name, out var value)) throw Wrong($"'{name}' is missing");
        var numbers = new List<T>();
        var text = value.Text.AsSpan();
        foreach (var range in text.Split(' '))
        {
            if (text[range].IsEmpty) continue;
            if (!parse(text[range], out var number))
                throw new Problem(ProblemKind.Invalid, $"'{name}' must hold {kind} at place {numbers.Count}, not '{DocumentNode.Shown(text[range].ToString())}'", string.Create(CultureInfo.InvariantCulture, $"{where}, line {value.Line}"));
            numbers.Add(number);
        }

        return count < 0 || numbers.Count == count ? [.. numbers] : throw Wrong($"'{name}' has {numbers.Count} entries, but there must be {count}");
    }
}
