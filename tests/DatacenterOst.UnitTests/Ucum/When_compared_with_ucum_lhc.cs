using System.Globalization;
using DatacenterOst.UnitTests.Fhir;

namespace DatacenterOst.UnitTests.Ucum;

using Ucum = DatacenterOst.Fhir.Ucum;

/// <summary>Pairs of units beside npm @lhncbc/ucum-lhc; where the two differ, ucum-lhc-differences.tsv says why.</summary>
public sealed class When_compared_with_ucum_lhc
{
    private static string[][] Rows(string name) =>
        [.. File.ReadLines(Path.Combine(Repository.Root(), "tests", "DatacenterOst.UnitTests", "Ucum", name)).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('\t'))];

    [Fact]
    public void more_than_5000_pairs_agree_or_are_explained()
    {
        var explained = Rows("ucum-lhc-differences.tsv");
        var (meanings, constants) = (explained.Where(r => r[1] == "meaning").Select(r => r[0]).ToList(), explained.Where(r => r[1] == "constant").Select(r => r[0]).ToList());
        var rows = Rows("ucum-lhc-comparison.tsv");
        var open = rows.Where(r => !Agree(r, 1e-9) && !Names(meanings, r) && !(Names(constants, r) && Agree(r, 2e-6))).Select(r => $"{string.Join(' ', r)}: {(Ucum.TryConvert(decimal.Parse(r[0], CultureInfo.InvariantCulture), r[1], r[2], out var v) ? v : "-")}").ToList();
        Assert.True(open.Count == 0, $"{open.Count} of {rows.Length}:\n" + string.Join('\n', open));
        Assert.InRange(rows.Length, 5000, 20_000);
    }

    private static bool Names(List<string> parts, string[] row) =>
        parts.Exists(p => p[0] == '=' ? row[1] == p[1..] || row[2] == p[1..] : row[1].Contains(p, StringComparison.Ordinal) || row[2].Contains(p, StringComparison.Ordinal));

    private static bool Agree(string[] row, double tolerance)
    {
        var converted = Ucum.TryConvert(decimal.Parse(row[0], CultureInfo.InvariantCulture), row[1], row[2], out var ours);
        if (row[3] == "-") return !converted;
        var theirs = double.Parse(row[3], CultureInfo.InvariantCulture);
        // A double holds what no decimal does; there a refusal is right.
        if (!converted) return Ucum.Commensurable(row[1], row[2]) && (Math.Abs(theirs) > 7e27 || Math.Abs(theirs) < 1e-27);
        return Math.Abs((double)ours - theirs) <= Math.Max(Math.Abs(theirs) * tolerance, 1e-27);
    }
}
