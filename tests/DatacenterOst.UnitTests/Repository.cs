namespace DatacenterOst.UnitTests;

/// <summary>Where the checkout is, seen from wherever the tests run.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "DatacenterOst.sln")))
                return folder.FullName;
        throw new InvalidOperationException("DatacenterOst.sln was not found above the test's own folder.");
    }
}
