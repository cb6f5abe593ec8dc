using System.Globalization;
using System.Xml.Linq;
using DatacenterOst.UnitTests.Fhir;

namespace DatacenterOst.UnitTests.Ucum;

using Ucum = DatacenterOst.Fhir.Ucum;
using UcumException = DatacenterOst.Fhir.UcumException;

public sealed class When_UCUMs_functional_tests_run
{
    [Fact]
    public void all_573_cases_pass()
    {
        var file = SharedArchive.Read("ucum.tar.gz", name => name.EndsWith("/UcumFunctionalTests.xml", StringComparison.Ordinal)).Single();
        var cases = XDocument.Load(new MemoryStream(file.Value)).Descendants("case").ToList();
        var failures = cases.Select(Failure).Where(f => f is not null).ToList();
        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.Equal(573, cases.Count);
    }

    private static string? Failure(XElement test)
    {
        string At(string name) => test.Attribute(name)!.Value;
        try
        {
            var problem = test.Parent!.Name.LocalName switch
            {
                "validation" => (Ucum.Validate(At("unit")) is null) == (At("valid") == "true") ? null : $"{At("unit")} should be valid={At("valid")}: {Ucum.Validate(At("unit"))}",
                "displayNameGeneration" => Same(At("display"), At("unit").Length == 0 ? "(unity)" : Ucum.Parse(At("unit")).Display),
                "conversion" => Near(At("outcome"), Ucum.ConvertSignificant(Number(At("value")), At("srcUnit"), At("dstUnit"))),
                "multiplication" => Quantity(test, Ucum.Multiply(Number(At("v1")), At("u1"), Number(At("v2")), At("u2"))),
                _ => Quantity(test, Ucum.Divide(Number(At("v1")), At("u1"), Number(At("v2")), At("u2"))),
            };
            return problem is null ? null : $"{At("id")}: {problem}";
        }
        catch (UcumException e)
        {
            return $"{At("id")}: {e.Message}";
        }
    }

    private static string? Quantity(XElement test, (decimal Value, string Unit) result) =>
        Near(test.Attribute("vRes")!.Value, result.Value) ?? Same(test.Attribute("uRes")!.Value, result.Unit == "1" ? "" : result.Unit);

    private static string? Same(string expected, string actual) => expected == actual ? null : $"'{expected}' expected, '{actual}' came";

    // Exact values are given with 24 digits in the suite; ours have 28, so that they are compared at the suite's last one.
    private static string? Near(string expected, decimal actual)
    {
        var wanted = Number(expected);
        var digits = wanted.ToString(CultureInfo.InvariantCulture).Replace(".", "", StringComparison.Ordinal).TrimStart('-', '0').Length;
        return Math.Abs(wanted - actual) <= (digits >= 23 ? Math.Abs(wanted) * 1e-23m : 0) ? null : $"{expected} expected, {actual} came";
    }

    private static decimal Number(string text) => decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
