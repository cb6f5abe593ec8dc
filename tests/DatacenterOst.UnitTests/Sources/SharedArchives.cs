using System.Formats.Tar;
using System.IO.Compression;

namespace DatacenterOst.UnitTests.Sources;

/// <summary>Public data sets kept beside the project, not in it; found by DOST_SHARED, else in ../shared.</summary>
internal static class SharedArchives
{
    public static IEnumerable<(string Name, byte[] Bytes)> Files(string archive, Func<string, bool> wanted)
    {
        var path = Path.Combine(Folder(), "data", archive);
        Assert.SkipUnless(File.Exists(path), $"{archive} is not there: set DOST_SHARED to the folder that has data/{archive}");
        return Read(path, wanted);
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Read(string path, Func<string, bool> wanted)
    {
        using var file = File.OpenRead(path);
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(unpacked);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is null || !wanted(entry.Name))
                continue;
            var bytes = new MemoryStream();
            entry.DataStream.CopyTo(bytes);
            yield return (entry.Name, bytes.ToArray());
        }
    }

    private static string Folder() => Environment.GetEnvironmentVariable("DOST_SHARED") ?? Path.Combine(Repository.Root(), "..", "shared");
}
