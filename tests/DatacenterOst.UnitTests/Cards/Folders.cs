namespace DatacenterOst.UnitTests.Cards;

internal static class Folders
{
    public static readonly string Root = FindRoot();

    public static readonly string CdsHooks = Path.Combine(Root, "cds-hooks");

    public static readonly string Approved = Path.Combine(Root, "tests", "DatacenterOst.UnitTests", "Cards", "approved");

    /// <summary>Compares with an approved file; what was received is written beside it, so that a person can look and approve.</summary>
    public static void Approve(string name, string received)
    {
        var file = Path.Combine(Approved, name);
        var approved = File.Exists(file) ? File.ReadAllText(file) : "";
        if (approved == received) return;
        File.WriteAllText(file + ".received", received);
        Assert.Equal(approved, received);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "DatacenterOst.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
