using System.Globalization;
using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Trees;

/// <summary>
/// A value of a JSON or UBJ file, with the path that it stands at. A list of numbers is one array of them, true and false count as 1
/// and 0. What is asked for and is not there, or is something else, is a <see cref="Problem"/> that names the path.
/// </summary>
internal sealed class DocumentNode(string path)
{
    // XGBoost writes a name as it is; any other file's may be of any length.
    private const int MaxShownCharacters = 60;

    private string Path => path;

    public Dictionary<string, DocumentNode>? Members { get; init; }

    public IReadOnlyList<DocumentNode>? Items { get; init; }

    public double[]? Numbers { get; init; }

    public string? Scalar { get; init; }

    public DocumentNode? Find(string name) => Members?.GetValueOrDefault(name);

    public DocumentNode Object(string name) => Find(name) switch
    {
        { Members: not null } found => found,
        null => throw Wrong($"'{name}' is missing"),
        var other => throw other.Wrong("must be an object"),
    };

    public IReadOnlyList<DocumentNode> List(string name) => Find(name) switch
    {
        { Items: { } items } => items,
        { Numbers.Length: 0 } => [],
        null => throw Wrong($"'{name}' is missing"),
        var other => throw other.Wrong("must be a list"),
    };

    /// <summary>A text or a number, as text; null where it is not there.</summary>
    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { Scalar: { } text } => text,
        var other => throw other.Wrong("must be a text or a number"),
    };

    public IReadOnlyList<string> Texts(string name)
        => Find(name) is null ? [] : [.. List(name).Select(item => item.Scalar ?? throw item.Wrong("must be a text"))];

    public int Whole(string name, int ifMissing)
        => Text(name) is not { } text ? ifMissing
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
            : throw Wrong($"'{name}' must be a whole number, not '{Shown(text)}'");

    public double[]? Doubles(string name) => Find(name) switch
    {
        null => null,
        { Numbers: { } numbers } => numbers,
        { Items.Count: 0 } => [],
        var other => throw other.Wrong("must be a list of numbers"),
    };

    public double[] Doubles(string name, int count) => Doubles(name) switch
    {
        null => throw Wrong($"'{name}' is missing"),
        var numbers when numbers.Length != count => throw Wrong($"'{name}' has {numbers.Length} entries, but there are {count} nodes"),
        var numbers => numbers,
    };

    public int[] Integers(string name, int count) => Integers(name, Doubles(name, count));

    public int[] Integers(string name) => Integers(name, Doubles(name) ?? []);

    public Problem Wrong(string what) => new(ProblemKind.Invalid, what, path.Length == 0 ? null : path);

    public string At => Path;

    public static string Shown(string text) => text.Length <= MaxShownCharacters ? text : text[..MaxShownCharacters] + "…";

    private int[] Integers(string name, double[] numbers)
    {
        var whole = new int[numbers.Length];
        for (var i = 0; i < whole.Length; i++)
        {
            whole[i] = (int)numbers[i];
            // -1 for "none" comes as the largest 32-bit number from versions that write it without a sign.
            if (numbers[i] == uint.MaxValue) whole[i] = -1;
            else if (whole[i] != numbers[i]) throw Wrong($"'{name}[{i}]' is {numbers[i].ToString(CultureInfo.InvariantCulture)}; it must be a whole number");
        }

        return whole;
    }
}
