using System.Formats.Tar;
using System.IO.Compression;

namespace DatacenterOst.Specs.Running;

/// <summary>The data sets that the real-input specs run over, outside of the repository; found by <c>DOST_SHARED</c>.</summary>
public static class SharedData
{
    public static string Folder { get; } =
        Environment.GetEnvironmentVariable("DOST_SHARED") is { Length: > 0 } set ? set : Path.Combine(Repository.Root, "..", "shared");

    /// <summary>Unpacks a set into a folder; skips the test, with the reason, where the data are not at hand.</summary>
    public static async Task<string> Unpack(string set, string target, CancellationToken cancellationToken)
    {
        var archive = Path.Combine(Folder, "data", set + ".tar.gz");
        if (!File.Exists(archive))
            Assert.Skip($"{archive} is not there; set DOST_SHARED to the folder that holds data/.");
        var folder = Path.Combine(target, set);
        Directory.CreateDirectory(folder);
        await using var file = File.OpenRead(archive);
        await using var tar = new GZipStream(file, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(tar, folder, overwriteFiles: true, cancellationToken);
        return folder;
    }
}
