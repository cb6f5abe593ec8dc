using System.Globalization;
using DatacenterOst.Clinical;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DatacenterOst.Features;

/// <summary>
/// A YAML mapping read key by key. A key that nobody asked for is a mistake of the author (most often a typing error that
/// would otherwise silently loosen a rule), so <see cref="Finish"/> reports it with its line.
/// </summary>
public sealed class YamlMap
{
    private readonly YamlMappingNode node;
    private readonly string file;
    private readonly PackageProblems problems;
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly List<YamlMap> children = [];

    internal YamlMap(YamlMappingNode node, string file, PackageProblems problems)
    {
        this.node = node;
        this.file = file;
        this.problems = problems;
    }

    public long Line => node.Start.Line;

    public bool Has(string key) => Find(key) is not null;

    public string Required(string key)
    {
        var text = Optional(key);
        if (text is null && Find(key) is null) Report($"'{key}' is missing; add it here");
        return text ?? "";
    }

    public string? Optional(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlScalarNode scalar when !string.IsNullOrWhiteSpace(scalar.Value):
                return scalar.Value;
            default:
                Report(key, "must be a text on one line or a block, not empty and not a list");
                return null;
        }
    }

    public decimal? Number(string key)
    {
        if (Optional(key) is not { } text) return null;
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return number;
        Report(key, $"must be a number with a decimal point, not '{text}'");
        return null;
    }

    /// <summary>A whole number in a stated range.</summary>
    public int? Whole(string key, int lowest, int highest)
    {
        if (Number(key) is not { } number) return null;
        if (number == decimal.Truncate(number) && number >= lowest && number <= highest) return (int)number;
        Report(key, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {lowest} to {highest}"));
        return null;
    }

    public TimeSpan? Span(string key)
    {
        if (Optional(key) is not { } text) return null;
        if (Duration.Parse(text) is { } span && span >= TimeSpan.Zero) return span;
        Report(key, $"must be {Duration.Expected}, not '{text}'");
        return null;
    }

    /// <summary>A member of an enum, written with a small first letter.</summary>
    public TChoice? Choice<TChoice>(string key)
        where TChoice : struct, Enum
    {
        if (Optional(key) is not { } text) return null;
        var names = Array.ConvertAll(Enum.GetNames<TChoice>(), name => char.ToLowerInvariant(name[0]) + name[1..]);
        var place = Array.IndexOf(names, text);
        if (place >= 0) return Enum.GetValues<TChoice>()[place];
        Report(key, $"must be one of {string.Join(", ", names)}, not '{text}'");
        return null;
    }

    /// <summary>One text or a list of texts.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case YamlScalarNode { Value: { } single }:
                return [single];
            case YamlSequenceNode list:
                var texts = new List<string>(list.Children.Count);
                foreach (var child in list.Children)
                {
                    if (child is YamlScalarNode { Value: { } text }) texts.Add(text);
                    else Report(child.Start.Line, $"each entry of '{key}' must be a text");
                }

                return texts;
            default:
                Report(key, "must be a text or a list of texts");
                return [];
        }
    }

    public YamlMap? Map(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlMappingNode mapping:
                return Child(mapping);
            default:
                Report(key, "must have keys of its own below it");
                return null;
        }
    }

    public IReadOnlyList<YamlMap> Maps(string key)
    {
        var found = Find(key);
        if (found is null) return [];

        if (found is not YamlSequenceNode list)
        {
            Report(key, "must be a list, each entry beginning with '- '");
            return [];
        }

        var maps = new List<YamlMap>(list.Children.Count);
        foreach (var child in list.Children)
        {
            if (child is YamlMappingNode mapping) maps.Add(Child(mapping));
            else Report(child.Start.Line, $"each entry of '{key}' must have keys");
        }

        return maps;
    }

    /// <summary>The keys of a mapping whose keys are the author's own words; all of them are then known.</summary>
    public IReadOnlyList<string> Keys()
    {
        var keys = new List<string>(node.Children.Count);
        foreach (var (key, _) in node.Children)
        {
            if (key is YamlScalarNode { Value: { } name }) keys.Add(name);
        }

        return keys;
    }

    public void Report(string key, string message) => Report(Find(key)?.Start.Line ?? Line, $"'{key}' {message}");

    public void Report(string message) => Report(Line, message);

    /// <summary>Reports every key that no reader asked for, here and below.</summary>
    public void Finish()
    {
        foreach (var (key, _) in node.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (!known.Contains(name))
                Report(key.Start.Line, $"unknown key '{name}'; known here: {string.Join(", ", known.Order(StringComparer.Ordinal))}");
        }

        foreach (var child in children) child.Finish();
    }

    private void Report(long line, string message) => problems.Add(file, line, message);

    private YamlMap Child(YamlMappingNode mapping)
    {
        // Several readers may look into the same section; what one of them knows is known.
        if (children.Find(known => ReferenceEquals(known.node, mapping)) is { } before) return before;
        var child = new YamlMap(mapping, file, problems);
        children.Add(child);
        return child;
    }

    private YamlNode? Find(string key)
    {
        known.Add(key);
        return node.Children.TryGetValue(new YamlScalarNode(key), out var found) ? found : null;
    }
}
