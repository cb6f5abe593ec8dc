namespace DatacenterOst.UnitTests;

/// <summary>Where the checkout and the shared data are, seen from wherever the tests run.</summary>
public static class Repository
{
    private static readonly string Folder = Find();

    public static string Root() => Folder;

    /// <summary>The shared data of that name; skips the test, with the reason, where it is not at hand.</summary>
    public static string Shared(string name)
    {
        var shared = Environment.GetEnvironmentVariable("DOST_SHARED") is { Length: > 0 } set ? set : Path.Combine(Folder, "..", "shared");
        var path = Path.Combine(shared, "data", name);
        Assert.SkipUnless(File.Exists(path), $"{path} is not there; set DOST_SHARED to the folder that holds data/");
        return path;
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "DatacenterOst.sln")))
                return folder.FullName;
        throw new InvalidOperationException("DatacenterOst.sln was not found above the test's own folder.");
    }
}
