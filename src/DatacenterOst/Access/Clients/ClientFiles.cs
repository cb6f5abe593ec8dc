using System.Text;
using DatacenterOst.Clinical;

namespace DatacenterOst.Access.Clients;

/// <summary>A registration that does not hold, with every reason; the client of that id, if it was registered before, goes on.</summary>
/// <param name="Place">The file, or the API.</param>
public sealed record RefusedClient(string Place, IReadOnlyList<string> Reasons);

/// <summary>Registrations in files: <c>clients/ID.yaml</c>.</summary>
public static class ClientFiles
{
    /// <summary>A larger file is a mistake, and is not read.</summary>
    private const long MaxBytes = 4 * ClientYaml.MaxCharacters;

    /// <summary>What a file says; null with the reasons when it does not hold.</summary>
    public static CdsClient? Read(string path, List<string> reasons)
    {
        var document = ReadDocument(path, reasons);
        if (document is not null && document.Id != Path.GetFileNameWithoutExtension(path))
            reasons.Add($"'id' must be the name of its file, {Path.GetFileNameWithoutExtension(path)}");
        return reasons.Count == 0 ? document!.Check(reasons) : null;
    }

    /// <summary>The registration as it stands in a YAML or JSON file, not yet checked.</summary>
    public static ClientDocument? ReadDocument(string path, List<string> reasons)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                reasons.Add("is too large to be a registration");
                return null;
            }

            return ClientYaml.ToJson(File.ReadAllText(path, Encoding.UTF8), reasons) is { } json ? ClientDocument.Read(json, reasons) : null;
        }
        catch (Exception away) when (away is IOException or UnauthorizedAccessException)
        {
            reasons.Add("cannot be read");
            return null;
        }
    }

    /// <summary>The files of these folders, in the order of their names; a folder that does not exist has none.</summary>
    public static IReadOnlyList<string> In(IEnumerable<string> folders)
        => [.. folders.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
            .Take(CdsClients.MaxClients + 1)];

    /// <summary>Changes whenever a file comes, goes or is written; cheap enough to ask every second.</summary>
    public static string StampOf(IReadOnlyList<string> files)
        => string.Join('\n', files.Select(file => new FileInfo(file)).Select(
            file => file.Exists ? FormattableString.Invariant($"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}") : file.FullName));

    /// <summary>A file or a folder of them, for whoever wants to know before it is used.</summary>
    /// <exception cref="Problem">NotFound.</exception>
    public static IReadOnlyList<(string Path, CdsClient? Client, IReadOnlyList<string> Reasons)> Check(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new Problem(ProblemKind.NotFound, "there is no such file or folder", path);
        return [.. (File.Exists(path) ? [path] : In([path])).Select(file =>
        {
            var reasons = new List<string>();
            return (file, Read(file, reasons), (IReadOnlyList<string>)reasons);
        })];
    }
}
