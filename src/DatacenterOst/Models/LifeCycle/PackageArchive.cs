using System.IO.Compression;
using DatacenterOst.Clinical;
using DatacenterOst.Features;

namespace DatacenterOst.Models.LifeCycle;

/// <summary>
/// Packages as zip files. What comes from outside is unpacked within limits, counted as it is written and not as the file claims, and
/// never outside of its folder.
/// </summary>
internal static class PackageArchive
{
    /// <summary>A path inside a package.</summary>
    private const int MaxPath = 200;

    private const int UnixTypeMask = 0xF000;
    private const int UnixRegular = 0x8000;
    private const int UnixDirectory = 0x4000;

    /// <summary>The files of a folder as one zip.</summary>
    /// <exception cref="Problem">NotFound; TooLarge.</exception>
    public static byte[] Pack(string folder)
    {
        if (!Directory.Exists(folder)) throw new Problem(ProblemKind.NotFound, "There is no such folder.", where: folder);
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            var (count, bytes) = (0, 0L);
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", options).OrderBy(file => file.FullName, StringComparer.Ordinal))
            {
                bytes += file.Length;
                if (++count > PackageFolder.MaxFiles || bytes > PackageFolder.MaxBytes)
                    throw new Problem(ProblemKind.TooLarge, $"The folder holds more than {PackageFolder.MaxFiles} files or {PackageFolder.MaxBytes} bytes; keep only what the model needs.", where: folder);
                zip.CreateEntryFromFile(file.FullName, Path.GetRelativePath(folder, file.FullName).Replace('\\', '/'));
            }
        }

        return output.ToArray();
    }

    /// <summary>Unpacks the package below a folder as <c>&lt;id&gt;/&lt;version&gt;/</c>, as its model.yaml says.</summary>
    /// <param name="maxBytes">Bytes when unpacked.</param>
    /// <returns>Where it is.</returns>
    /// <exception cref="Problem">Invalid or TooLarge, with the entry.</exception>
    public static string Unpack(ReadOnlyMemory<byte> bytes, string below, long maxBytes)
    {
        var raw = Path.Combine(below, "raw");
        Directory.CreateDirectory(raw);
        try
        {
            using var zip = new ZipArchive(new MemoryStream(bytes.ToArray(), writable: false), ZipArchiveMode.Read);
            Extract(zip, raw, maxBytes);
        }
        catch (InvalidDataException broken)
        {
            throw new Problem(ProblemKind.Invalid, "The body is not a zip file, or it is damaged.", where: "package", inner: broken);
        }

        var (id, version) = NameOf(raw);
        var target = Path.Combine(below, id, version);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        Directory.Move(raw, target);
        return target;
    }

    private static void Extract(ZipArchive zip, string target, long maxBytes)
    {
        var files = zip.Entries.Where(entry => !entry.FullName.EndsWith('/')).ToList();
        if (files.Count > PackageFolder.MaxFiles) throw new Problem(ProblemKind.TooLarge, $"A package has at most {PackageFolder.MaxFiles} files.", where: "package");
        var top = files.Where(entry => entry.FullName == PackageFolder.ModelFile || entry.FullName.EndsWith("/" + PackageFolder.ModelFile, StringComparison.Ordinal))
            .MinBy(entry => entry.FullName.Length) ?? throw new Problem(ProblemKind.Invalid, $"There is no {PackageFolder.ModelFile} in the zip file.", where: "package");
        var prefix = top.FullName[..^PackageFolder.ModelFile.Length];
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var left = maxBytes;
        foreach (var entry in files)
        {
            var path = Checked(entry, prefix);
            if (!names.Add(path)) throw new Problem(ProblemKind.Invalid, "Two entries of the zip file have the same name.", where: "package");
            var file = Path.GetFullPath(Path.Combine(target, path));

            // Whatever the check of the name missed cannot leave the folder.
            if (!file.StartsWith(Path.GetFullPath(target) + Path.DirectorySeparatorChar, StringComparison.Ordinal)) throw Outside();
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            left -= Copy(entry, file, left);
        }
    }

    private static string Checked(ZipArchiveEntry entry, string prefix)
    {
        var name = entry.FullName;
        var type = (entry.ExternalAttributes >> 16) & UnixTypeMask;
        if (type is not (0 or UnixRegular or UnixDirectory)) throw new Problem(ProblemKind.Invalid, "The zip file holds a link or a device; a package has plain files only.", where: "package");
        if (!name.StartsWith(prefix, StringComparison.Ordinal)) throw new Problem(ProblemKind.Invalid, $"Files stand beside the folder that holds {PackageFolder.ModelFile}; pack that folder alone.", where: "package");
        var path = name[prefix.Length..];
        var isPlain = path.Length is > 0 and <= MaxPath && !path.StartsWith('/')
            && path.AsSpan().IndexOfAny('\\', ':', '\0') < 0
            && path.Split('/').All(part => part is not ("" or "." or ".."));
        return isPlain && !prefix.Split('/').Contains("..") ? path : throw Outside();
    }

    private static long Copy(ZipArchiveEntry entry, string file, long left)
    {
        using var from = entry.Open();
        using var to = File.Create(file);
        var buffer = new byte[81_920];
        var copied = 0L;
        int read;
        while ((read = from.Read(buffer)) > 0)
        {
            copied += read;
            if (copied > left) throw new Problem(ProblemKind.TooLarge, "The package is larger than allowed when it is unpacked.", where: "package");
            to.Write(buffer, 0, read);
        }

        return copied;
    }

    // The id and the version become a path, and the id stands in addresses.
    private static (string Id, string Version) NameOf(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, PackageFolder.ModelFile));
        var problems = new PackageProblems();
        var yaml = file.Length <= YamlFile.MaxCharacters * 4L ? YamlFile.Read(File.ReadAllText(file.FullName), file.Name, problems) : null;
        var (id, version) = (yaml?.Optional("id") ?? "", yaml?.Optional("version") ?? "");
        var isId = id.Length is > 0 and <= 64 && id.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_') && char.IsAsciiLetterOrDigit(id[0]);
        if (isId && version.Length <= 32 && PackageVersion.Parse(version) is not null) return (id, version);
        var what = problems.None ? "needs an 'id' of small letters, digits and hyphens, and a 'version' such as 1.0.0" : string.Join("; ", problems.List());
        throw new Problem(ProblemKind.Invalid, what, where: PackageFolder.ModelFile);
    }

    private static Problem Outside() => new(ProblemKind.Invalid, "The zip file holds a path that leaves the package, or is none.", where: "package");
}
