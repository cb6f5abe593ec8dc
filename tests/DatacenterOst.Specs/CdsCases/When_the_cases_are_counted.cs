using System.Text.RegularExpressions;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.CdsCases;

/// <summary>Every conformance case is a test with its number in its name or its data, or is listed with the reason why not.</summary>
public sealed partial class When_the_cases_are_counted
{
    private const string Cases = """
        A01 A02 A03 A05 A06 B01 B02 B03 B05 B06 B07 B09 B10 B11 B13 B14 B15 B17 B18 B19
        C01 C02 C03 C05 C06 C07 C09 C10 C11 C13 C14 C15 C17 C18 C19 C21 C22 C23
        D01 D02 D03 D05 D06 D07 D09 D10 D11 D13 D14 D15 D17 D18 E01 E02 E03 E05 E06
        F01 F02 F03 F05 F06 F07 F09 F10 F11 F13 F14 G01 G02 G03 G05 G06 G07 G09 H01 H02 H03 H05
        J01 J02 J03 J05 J06 J07 J09 J10 J11 J13 J14 J15 J17 J18 J19 J21 J22 J23 J25 J26
        K01 K02 K03 K05 K06 K07 K09 K10 K11 K13 K14 K15 K17 K18 K19 K21 L01 L02 L03 L05 L06 L07 O01 O02 O03
        P01 P02 P03 P05 P06 P07 P09 P10 P11 P13 P14 P15 P17 P18 P19 P21 P22 Q01 Q02 Q03 Q05 Q06
        R01 R02 R03 R05 R06 R07 R09 R10 R11 R13 R14 R15 R17 R18 R19 R21 R22 R23
        S01 S02 S03 S05 S06 S07 S09 S10 S11 S13 S14 S15 S17 T01 T02 T03 T05 T06 T07 T09 T10 T11 T13 T14 T15
        X01 X02 X03 X05 X06 X07 X09 X10
        """;

    [Fact]
    public void each_is_a_test_or_is_listed_with_its_reason()
    {
        var tested = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && Path.GetFileName(file) != "When_the_cases_are_counted.cs")
            .SelectMany(file => Named().Matches(File.ReadAllText(file)))
            .SelectMany(match => Number().Matches(match.Value)).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
        var listed = File.ReadLines(Path.Combine(Repository.Root, "tests", "DatacenterOst.Specs", "CdsCases", "NotHere.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).SelectMany(line => Number().Matches(line.Split('|')[1])).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
        var all = Cases.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(197, all.Length);
        Assert.DoesNotContain(all, number => !tested.Contains(number) && !listed.Contains(number));
    }

    // A test's name, or the first argument of its data.
    [GeneratedRegex("""(Task|void) [A-Z][0-9]{2}_\w+\(|InlineData\("[A-Z][0-9]{2}"|(Task|void) \w*_[A-Z][0-9]{2}_\w+\(""")]
    private static partial Regex Named();

    [GeneratedRegex("[A-Z][0-9]{2}(?![0-9])")]
    private static partial Regex Number();
}
