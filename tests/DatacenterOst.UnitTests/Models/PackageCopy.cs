using DatacenterOst.Models;

namespace DatacenterOst.UnitTests.Models;

/// <summary>A copy of a shipped package in a directory of its own, to be spoilt.</summary>
internal sealed class PackageCopy : IDisposable
{
    private readonly string directory = Path.Combine(Path.GetTempPath(), $"dost-models-{Guid.NewGuid():N}");
    private readonly string id;

    public PackageCopy(string id)
    {
        this.id = id;
        System.IO.Directory.CreateDirectory(Folder);
        foreach (var file in System.IO.Directory.GetFiles(Path.Combine(Shipped.Directory, id, "1.0.0"))) File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
    }

    public string Directory => directory;

    public string Folder => Path.Combine(directory, id, "1.0.0");

    public PackageCopy Change(string file, string from, string to)
    {
        var path = Path.Combine(Folder, file);
        var text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
        return this;
    }

    public PackageCopy Append(string file, string text)
    {
        File.AppendAllText(Path.Combine(Folder, file), text);
        return this;
    }

    public ModelCatalogue Load() => ModelCatalogue.Load(directory, Shipped.FindConcept);

    public IReadOnlyList<string> Refusal()
    {
        var catalogue = Load();
        Assert.Empty(catalogue.Packages);
        return Assert.Single(catalogue.Refused).Reasons;
    }

    public void Dispose() => System.IO.Directory.Delete(directory, recursive: true);
}
