using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.CdsCases;

/// <summary>The product's content in a folder of its own, whose services a test may change.</summary>
public sealed class ContentFolder : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ContentFolder(params string[] services)
    {
        foreach (var name in (string[])["models", "terminology", "sources"])
            Directory.CreateSymbolicLink(System.IO.Path.Combine(Path, name), System.IO.Path.Combine(Repository.Root, name));
        Directory.CreateDirectory(System.IO.Path.Combine(Path, "cds-hooks"));
        foreach (var service in services) Add(service);
    }

    public string Path => folder.Path;

    public void Add(string service, string? under = null)
    {
        var target = System.IO.Path.Combine(Path, "cds-hooks", under ?? service);
        foreach (var file in Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, "cds-hooks", service), "*", SearchOption.AllDirectories))
        {
            var copy = System.IO.Path.Combine(target, System.IO.Path.GetRelativePath(System.IO.Path.Combine(Repository.Root, "cds-hooks", service), file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }

    public void Remove(string service) => Directory.Delete(System.IO.Path.Combine(Path, "cds-hooks", service), recursive: true);

    /// <summary>Changes the words of a service.</summary>
    public void Change(string service, string from, string to, string file = "service.yaml")
    {
        var path = System.IO.Path.Combine(Path, "cds-hooks", service, file);
        var text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    public void Dispose() => folder.Dispose();
}
