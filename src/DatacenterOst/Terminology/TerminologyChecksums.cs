using DatacenterOst.Clinical;

namespace DatacenterOst.Terminology;

/// <summary>Brings the checksums of every <c>source.yaml</c> in line with the files beside it (<c>dost terminology checksum</c>).</summary>
public static class TerminologyChecksums
{
    /// <summary>Rewrites what differs, nothing else of the file, and returns the files whose checksum was renewed.</summary>
    public static IReadOnlyList<string> Rewrite(string directory)
    {
        if (!Directory.Exists(directory)) throw new Problem(ProblemKind.NotFound, "the terminology folder is not there", directory);
        var renewed = new List<string>();
        foreach (var folder in Directory.GetDirectories(directory).Order(StringComparer.Ordinal))
            if (File.Exists(Path.Combine(folder, SourceManifest.FileName))) Rewrite(folder, renewed);
        return renewed;
    }

    private static void Rewrite(string folder, List<string> renewed)
    {
        var path = Path.Combine(folder, SourceManifest.FileName);
        var manifest = SourceManifest.Read(folder);
        var lines = File.ReadAllText(path).Split('\n');
        var before = renewed.Count;
        foreach (var file in manifest.Files)
        {
            var table = Path.Combine(folder, file.Name);
            if (!File.Exists(table)) throw new Problem(ProblemKind.Invalid, $"the file '{file.Name}' is listed but not there", path);
            var actual = SourceManifest.Checksum(File.ReadAllBytes(table));
            if (string.Equals(actual, file.Sha256, StringComparison.OrdinalIgnoreCase)) continue;
            Replace(lines, file.Name, actual, path);
            renewed.Add(table);
        }
        if (renewed.Count > before) File.WriteAllText(path, string.Join('\n', lines));
    }

    // Line by line, so that comments and order of the file stay as their author left them.
    private static void Replace(string[] lines, string name, string checksum, string path)
    {
        var at = Array.FindIndex(lines, line => line.Trim().TrimStart('-').Trim() == $"name: {name}");
        for (var i = at + 1; at >= 0 && i < lines.Length && !lines[i].TrimStart().StartsWith("- ", StringComparison.Ordinal); i++)
        {
            var label = lines[i].IndexOf("sha256:", StringComparison.Ordinal);
            if (label < 0) continue;
            lines[i] = $"{lines[i][..label]}sha256: {checksum}";
            return;
        }
        throw new Problem(ProblemKind.Invalid, $"write the lines '- name: {name}' and 'sha256: ' for the file", path);
    }
}
