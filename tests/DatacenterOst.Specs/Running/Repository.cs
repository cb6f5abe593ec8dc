namespace DatacenterOst.Specs.Running;

/// <summary>Where the checkout is, and where the product was built.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The dost program, built with the same configuration as the tests.</summary>
    public static string Dost { get; } = Path.Combine(
        Root, "src", "DatacenterOst.Server", "bin", AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug", "net10.0", "dost.dll");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "DatacenterOst.sln")))
                return folder.FullName;
        throw new InvalidOperationException("DatacenterOst.sln was not found above the test's own folder.");
    }
}
