using System.Formats.Tar;
using System.IO.Compression;

namespace DatacenterOst.UnitTests.Fhir;

/// <summary>Reads files out of the archives of the shared data without unpacking them to disk.</summary>
internal static class SharedArchive
{
    public static Dictionary<string, byte[]> Read(string archive, Func<string, bool> wanted)
    {
        using var file = File.OpenRead(Repository.Shared(archive));
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(unzipped);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is null || !wanted(entry.Name)) continue;
            using var content = new MemoryStream();
            entry.DataStream.CopyTo(content);
            files[entry.Name] = content.ToArray();
        }
        return files;
    }
}
