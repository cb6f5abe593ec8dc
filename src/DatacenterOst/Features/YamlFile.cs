using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace DatacenterOst.Features;

/// <summary>Reads a YAML text into a <see cref="YamlMap"/>, within limits that a hand-written package never meets.</summary>
public static class YamlFile
{
    /// <summary>Larger tables belong in a file of their own.</summary>
    public const int MaxCharacters = 512 * 1024;

    /// <summary>The reader below is recursive: deeper input would end the process, not the load.</summary>
    public const int MaxDepth = 24;

    /// <returns>Null when it is not YAML, with the place in <paramref name="problems"/>.</returns>
    public static YamlMap? Read(string text, string file, PackageProblems problems)
    {
        if (text.Length > MaxCharacters)
        {
            problems.Add(file, 0, $"is longer than {MaxCharacters} characters; move large tables to a file of their own");
            return null;
        }

        try
        {
            if (!IsShallow(text, out var line))
            {
                problems.Add(file, line, $"is nested deeper than {MaxDepth} levels, or uses an alias (*name); write it out flat");
                return null;
            }

            var stream = new YamlStream();
            using var reader = new StringReader(text);
            stream.Load(reader);
            if (stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode root)
                return new YamlMap(root, file, problems);

            problems.Add(file, 1, "must be one YAML document with keys at the top");
        }
        catch (YamlException wrong)
        {
            problems.Add(file, wrong.Start.Line, $"is not YAML: {wrong.Message}");
        }

        return null;
    }

    private static bool IsShallow(string text, out long line)
    {
        using var reader = new StringReader(text);
        var parser = new Parser(reader);
        var depth = 0;
        line = 0;
        while (parser.MoveNext())
        {
            line = parser.Current!.Start.Line;
            if (parser.Current is AnchorAlias) return false;
            depth += parser.Current.NestingIncrease;
            if (depth > MaxDepth) return false;
        }

        return true;
    }
}
