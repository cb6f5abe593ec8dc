using System.Globalization;

namespace DatacenterOst.Features;

/// <summary>
/// Everything that is wrong with one package, each with file, line and what to do. A reader goes on after a mistake,
/// so that the author sees all of them at once.
/// </summary>
public sealed class PackageProblems
{
    /// <summary>More than this helps nobody; the rest is counted only.</summary>
    public const int MaxListed = 100;

    private readonly List<string> listed = [];
    private int unlisted;

    public bool None => listed.Count == 0;

    public void Add(string file, long line, string message)
    {
        if (listed.Count == MaxListed)
        {
            unlisted++;
            return;
        }

        listed.Add(line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{file}:{line}: {message}") : $"{file}: {message}");
    }

    public IReadOnlyList<string> List()
        => unlisted == 0 ? listed : [.. listed, string.Create(CultureInfo.InvariantCulture, $"… and {unlisted} more")];
}
