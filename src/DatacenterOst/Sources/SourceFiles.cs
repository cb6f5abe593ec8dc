using DatacenterOst.Clinical;

namespace DatacenterOst.Sources;

/// <summary>One file of input, by the name that people know it by.</summary>
public sealed record SourceFile(string Name, Func<Stream> Open);

/// <summary>Finds and opens input: files, folders, <c>.gz</c>, and <c>-</c> for standard input.</summary>
public static class SourceFiles
{
    /// <summary>Read-ahead of a file, bytes.</summary>
    private const int BufferSize = 64 * 1024;

    /// <summary>
    /// The files of the paths in the order given; a folder gives the files below it with an extension of the format,
    /// sorted by name. A file that is named itself is taken whatever it is called.
    /// </summary>
    /// <exception cref="Problem">NotFound when a path is neither file nor folder, or a folder has nothing of the format.</exception>
    public static IReadOnlyList<SourceFile> Find(IEnumerable<string> paths, SourceFormat format, Func<Stream> standardInput) =>
        [.. paths.SelectMany(path => path == "-" ? [new SourceFile("-", standardInput)] : FindOne(path, format))];

    /// <summary>Opens a file for reading forward, unpacked if it is gzip.</summary>
    public static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan);
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GzipInput(file) : file;
    }

    private static List<SourceFile> FindOne(string path, SourceFormat format)
    {
        if (File.Exists(path))
            return [new SourceFile(path, () => Open(path))];
        if (!Directory.Exists(path))
            throw new Problem(ProblemKind.NotFound, "there is no such file or folder", path);
        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(f => Belongs(f, format)).Order(StringComparer.Ordinal)
            .Select(f => new SourceFile(f, () => Open(f))).ToList();
        return files.Count > 0 ? files
            : throw new Problem(ProblemKind.NotFound, $"the folder has no file that ends in {string.Join(", ", Extensions(format))} (or that with .gz)", path);
    }

    private static bool Belongs(string file, SourceFormat format)
    {
        var name = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        return Extensions(format).Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);
    }

    private static string[] Extensions(SourceFormat format) => format switch
    {
        SourceFormat.Hl7v2 => [".hl7", ".v2"],
        SourceFormat.Csv => [".csv", ".tsv"],
        _ => [".json", ".ndjson"],
    };
}
