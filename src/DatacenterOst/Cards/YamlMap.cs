using System.Globalization;
using DatacenterOst.Clinical;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DatacenterOst.Cards;

/// <summary>
/// A YAML mapping that is read key by key and then closed: a key nobody read is a spelling mistake, and a mistake in
/// content that is overlooked becomes a card that is not shown.
/// </summary>
internal sealed class YamlMap
{
    private readonly YamlMappingNode _node;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    private YamlMap(YamlMappingNode node, string file)
    {
        _node = node;
        File = file;
    }

    public string File { get; }

    public string Where => At(_node);

    public static YamlMap Load(string text, string file)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }]) return new YamlMap(root, file);
        }
        catch (YamlException broken)
        {
            throw new Problem(ProblemKind.Invalid, $"not YAML: {broken.Message}", FormattableString.Invariant($"{file}:{broken.Start.Line}"), broken);
        }

        throw new Problem(ProblemKind.Invalid, "must be one YAML mapping.", file);
    }

    public string Text(string key) => TextIfAny(key) ?? throw Invalid(_node, $"{key} is needed.");

    public string? TextIfAny(string key)
    {
        if (Find(key) is not { } node) return null;
        return Scalar(node, key);
    }

    public int? NumberIfAny(string key, int least, int most)
    {
        if (TextIfAny(key) is not { } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Invalid(_node.Children[new YamlScalarNode(key)], FormattableString.Invariant($"{key} is a number from {least} to {most}."));
    }

    public YamlMap Map(string key) => MapIfAny(key) ?? throw Invalid(_node, $"{key} is needed.");

    public YamlMap? MapIfAny(string key) => Find(key) switch
    {
        null => null,
        YamlMappingNode map => new YamlMap(map, File),
        var other => throw Invalid(other, $"{key} must be a mapping."),
    };

    /// <summary>Scalars of a list, with the place of each.</summary>
    public IReadOnlyList<(string Text, string Where)> Texts(string key) =>
        [.. Items(key).Select(item => (Scalar(item, key), At(item)))];

    public IReadOnlyList<YamlMap> Maps(string key) =>
        [.. Items(key).Select(item => item is YamlMappingNode map ? new YamlMap(map, File) : throw Invalid(item, $"{key} must be a list of mappings."))];

    /// <summary>All members, for mappings whose keys are names.</summary>
    public IReadOnlyList<(string Name, string Where)> Names()
    {
        var names = _node.Children.Keys.Select(key => (Scalar(key, "key"), At(key))).ToList();
        return names;
    }

    public void Close()
    {
        foreach (var key in _node.Children.Keys)
            if (!_read.Contains(Scalar(key, "key"))) throw Invalid(key, $"'{Scalar(key, "key")}' is not known here; known are {string.Join(", ", _read.Order(StringComparer.Ordinal))}.");
    }

    public Problem Invalid(string message) => Invalid(_node, message);

    /// <summary>The place of one key, for messages about its value.</summary>
    public string WhereOf(string key) => _node.Children.TryGetValue(new YamlScalarNode(key), out var node) ? At(node) : Where;

    private IEnumerable<YamlNode> Items(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode list => list.Children,
        var other => throw Invalid(other, $"{key} must be a list."),
    };

    private YamlNode? Find(string key)
    {
        _read.Add(key);
        return _node.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;
    }

    private string Scalar(YamlNode node, string key) => node is YamlScalarNode { Value: { } value } && value.Trim().Length > 0
        ? value.Trim()
        : throw Invalid(node, $"{key} must be a text that is not empty.");

    private string At(YamlNode node) => FormattableString.Invariant($"{File}:{node.Start.Line}");

    private Problem Invalid(YamlNode node, string message) => new(ProblemKind.Invalid, message, At(node));
}
