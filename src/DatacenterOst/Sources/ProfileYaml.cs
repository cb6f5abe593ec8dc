using DatacenterOst.Clinical;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DatacenterOst.Sources;

/// <summary>
/// A mapping in a YAML file, read key by key. Each error is a <see cref="Problem"/> that says file and line; keys that
/// nobody asked for are an error too, since a misspelt key would otherwise be silently without effect.
/// </summary>
internal sealed class ProfileYaml
{
    /// <summary>Largest profile that is read; larger is a mistaken file.</summary>
    private const int MaxLength = 1024 * 1024;

    private readonly string file;
    private readonly long line;
    private readonly Dictionary<string, YamlNode> nodes = [];
    private readonly HashSet<string> asked = [];

    private ProfileYaml(string file, YamlMappingNode mapping)
    {
        this.file = file;
        line = mapping.Start.Line;
        foreach (var (key, value) in mapping.Children)
        {
            if (key is not YamlScalarNode { Value: { } name })
                throw At(key, "a key must be a plain word");
            nodes.Add(name, value);
        }
    }

    public static ProfileYaml Parse(string file, TextReader text)
    {
        var content = text.ReadToEnd();
        if (content.Length > MaxLength)
            throw new Problem(ProblemKind.TooLarge, $"a source profile has at most {MaxLength} characters", file);
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(content));
            if (yaml.Documents.Count == 1 && yaml.Documents[0].RootNode is YamlMappingNode root)
                return new ProfileYaml(file, root);
        }
        catch (YamlException e)
        {
            throw new Problem(ProblemKind.Invalid, "not YAML: " + e.Message, $"{file}:{e.Start.Line}", e);
        }
        throw new Problem(ProblemKind.Invalid, "a source profile is one mapping of keys to values, beginning with id: and format:", file);
    }

    public string Required(string key) =>
        Optional(key) ?? throw new Problem(ProblemKind.Invalid, $"the key '{key}' is missing", $"{file}:{line}");

    public string? Optional(string key)
    {
        asked.Add(key);
        if (!nodes.TryGetValue(key, out var node))
            return null;
        if (node is not YamlScalarNode { Value: { } text } || text.Length == 0)
            throw At(node, $"'{key}' must be one value");
        return text;
    }

    /// <summary>The value translated; a null from <paramref name="read"/> is an error that says what was expected.</summary>
    public T? Value<T>(string key, Func<string, T?> read, string expected)
        where T : struct =>
        Optional(key) is { } text ? read(text) ?? throw NotUnderstood(key, text, expected) : null;

    public string Word(string key, string absent, Func<string, string?> read, string expected) =>
        Optional(key) is { } text ? read(text) ?? throw NotUnderstood(key, text, expected) : absent;

    public IReadOnlyList<string> List(string key)
    {
        asked.Add(key);
        if (!nodes.TryGetValue(key, out var node))
            return [];
        if (node is not YamlSequenceNode sequence)
            throw At(node, $"'{key}' must be a list");
        return [.. sequence.Select(n => n is YamlScalarNode { Value: { } text } ? text : throw At(n, $"each entry of '{key}' must be one value"))];
    }

    public IReadOnlyDictionary<string, string> Words(string key)
    {
        if (Map(key) is not { } map)
            return new Dictionary<string, string>();
        // Senders write LN and ln, CPR and Cpr; a table that cares would lose results over it.
        return map.nodes.Keys.ToDictionary(k => k, map.Required, StringComparer.OrdinalIgnoreCase);
    }

    public ProfileYaml? Map(string key)
    {
        asked.Add(key);
        if (!nodes.TryGetValue(key, out var node))
            return null;
        return node is YamlMappingNode mapping ? new ProfileYaml(file, mapping) : throw At(node, $"'{key}' must be a mapping");
    }

    public void NothingElse()
    {
        if (nodes.Keys.FirstOrDefault(k => !asked.Contains(k)) is { } unknown)
            throw At(nodes[unknown], $"unknown key '{unknown}'; known here are {string.Join(", ", asked.Order(StringComparer.Ordinal))}");
    }

    public Problem At(string key, string message) => nodes.TryGetValue(key, out var node) ? At(node, message) : new(ProblemKind.Invalid, message, $"{file}:{line}");

    private Problem NotUnderstood(string key, string text, string expected) => At(nodes[key], $"'{key}: {text}' is not understood: {expected}");

    private Problem At(YamlNode node, string message) => new(ProblemKind.Invalid, message, $"{file}:{node.Start.Line}");
}
