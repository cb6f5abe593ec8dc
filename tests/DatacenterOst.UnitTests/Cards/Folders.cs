namespace DatacenterOst.UnitTests.Cards;

internal static class Folders
{
    public static readonly string Root = FindRoot();

    public static readonly string CdsHooks = Path.Combine(Root, "cds-hooks");

    public static readonly string Approved = Path.Combine(Root, "tests", "DatacenterOst.UnitTests", "Cards", "approved");

    /// <summary>Compares with an approved file; what was received is kept in the build's folder <c>received</c>, for a person to look at and approve.</summary>
    public static void Approve(string name, string received)
    {
        var file = Path.Combine(Approved, name);
        var approved = File.Exists(file) ? File.ReadAllText(file) : "";
        if (approved == received) return;
        var beside = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "received", Path.GetRelativePath(Root, Path.GetDirectoryName(file)!)));
        File.WriteAllText(Path.Combine(beside.FullName, Path.GetFileName(file)), received);
        Assert.Equal(approved, received);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "DatacenterOst.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
