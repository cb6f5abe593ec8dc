using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace DatacenterOst.Access.Clients;

/// <summary>
/// A registration in YAML, brought to the JSON that the API takes, so that both are read by one reader. A plain <c>true</c>,
/// <c>false</c> or whole number is that; every other scalar is a text, <c>2.0</c> included. JSON is YAML, too.
/// </summary>
internal static class ClientYaml
{
    /// <summary>A registration with fifty keys has a tenth of it.</summary>
    public const int MaxCharacters = 256 * 1024;

    /// <summary>The reader below is recursive: deeper input would end the process.</summary>
    private const int MaxDepth = 16;

    /// <returns>Null, with the reason, when it is not YAML.</returns>
    public static byte[]? ToJson(string text, List<string> reasons)
    {
        if (text.Length > MaxCharacters)
        {
            reasons.Add($"has more than {MaxCharacters} characters");
            return null;
        }

        try
        {
            if (!IsShallow(text))
            {
                reasons.Add($"is nested deeper than {MaxDepth} levels, or uses an alias (*name); write it out flat");
                return null;
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode root)
                return Encoding.UTF8.GetBytes(Node(root)!.ToJsonString());
            reasons.Add("must be one YAML document with keys at the top");
        }
        catch (YamlException wrong)
        {
            reasons.Add($"line {wrong.Start.Line}: is not YAML: {wrong.Message}");
        }

        return null;
    }

    private static bool IsShallow(string text)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (parser.Current is AnchorAlias || depth > MaxDepth)
                return false;
        }

        return true;
    }

    private static JsonNode? Node(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                var members = new JsonObject();
                foreach (var (key, value) in mapping.Children)
                    members[(key as YamlScalarNode)?.Value ?? key.ToString()] = Node(value);
                return members;
            case YamlSequenceNode sequence:
                return new JsonArray([.. sequence.Children.Select(Node)]);
            case YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } word:
                return JsonValue.Create(word.Value == "true");
            case YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "~" or "null" }:
                return null;
            case YamlScalarNode { Style: ScalarStyle.Plain } number
                when int.TryParse(number.Value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var whole):
                return JsonValue.Create(whole);
            default:
                return JsonValue.Create((node as YamlScalarNode)?.Value ?? "");
        }
    }
}
