using System.Globalization;
using System.Xml.Linq;
using DatacenterOst.Fhir;

namespace DatacenterOst.UnitTests.Fhir;

/// <summary>HL7's FHIRPath suite for R4; what we do not do is listed with its reason in FhirPath-exceptions.tsv.</summary>
public sealed class When_HL7s_FHIRPath_suite_runs
{
    [Fact]
    public void all_pass_but_the_listed_exceptions()
    {
        var files = SharedArchive.Read("fhirpath-r4-tests.tar.gz", name => name.StartsWith("r4/", StringComparison.Ordinal));
        var suite = XDocument.Load(new MemoryStream(files["r4/fhirpath/tests-fhir-r4.xml"]));
        var excepted = Exceptions();
        var tests = suite.Descendants("test").ToList();
        var inputs = new Dictionary<string, Resource>(StringComparer.Ordinal);
        var failures = new List<string>();
        var passed = 0;
        foreach (var test in tests)
        {
            var key = $"{test.Parent!.Attribute("name")!.Value}/{test.Attribute("name")!.Value}";
            var failure = Failure(test, files, inputs);
            if (failure is null) passed++;
            if ((failure is null) == excepted.Contains(key)) failures.Add(failure is null ? $"{key} passes now; take it off the list" : $"{key}: {failure}");
        }
        Assert.True(failures.Count == 0, $"{passed} of {tests.Count} pass\n" + string.Join('\n', failures));
        // The file has 937 lines that begin a test; two of them are commented out.
        Assert.Equal(935, tests.Count);
        Assert.True(passed >= 0.98 * tests.Count, $"only {passed} pass");
    }

    private static HashSet<string> Exceptions() =>
        [.. File.ReadLines(Path.Combine(Repository.Root(), "tests", "DatacenterOst.UnitTests", "Fhir", "FhirPath-exceptions.tsv")).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('\t')[0])];

    private static string? Failure(XElement test, Dictionary<string, byte[]> files, Dictionary<string, Resource> inputs)
    {
        var expression = test.Element("expression")!;
        var invalid = expression.Attribute("invalid")?.Value;
        var input = test.Attribute("inputfile")?.Value;
        try
        {
            var path = FhirPathExpression.Parse(expression.Value);
            var context = input is null ? default : Input(input, files, inputs).Root;
            if (test.Attribute("mode")?.Value == "strict" && input is not null) path.CheckAgainst(context.TypeName);
            var values = path.Evaluate(context);
            if (test.Attribute("predicate")?.Value == "true") values = [PathValue.Of(path.IsTrue(context))];
            // Where the suite gives an answer as well as "invalid", either is right.
            if (invalid is not null && !test.Elements("output").Any()) return $"an error was expected ({invalid}), {Shown(values)} came";
            return Compare([.. test.Elements("output")], values);
        }
        catch (FhirPathException e)
        {
            return invalid is not null ? null : $"{expression.Value}: {e.Message}";
        }
    }

    private static Resource Input(string name, Dictionary<string, byte[]> files, Dictionary<string, Resource> inputs)
    {
        if (inputs.TryGetValue(name, out var known)) return known;
        var bytes = files["r4/" + name];
        return inputs[name] = name.EndsWith(".xml", StringComparison.Ordinal) ? Resource.ParseXml(bytes) : Resource.ParseJson(bytes);
    }

    private static string? Compare(List<XElement> expected, IReadOnlyList<PathValue> values)
    {
        if (expected.Count != values.Count) return $"{expected.Count} values were expected, {Shown(values)} came";
        for (var i = 0; i < values.Count; i++)
            if (!Same(expected[i].Attribute("type")?.Value, expected[i].Value, values[i])) return $"'{expected[i].Value}' was expected, {Shown(values)} came";
        return null;
    }

    private static bool Same(string? type, string expected, PathValue value)
    {
        var text = value.ToString();
        expected = expected.TrimStart('@').TrimStart('T');
        if (type is "decimal" or "integer") return decimal.Parse(expected, CultureInfo.InvariantCulture) == value.AsDecimal();
        if (decimal.TryParse(expected, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && value.AsDecimal() is { } actual) return number == actual;
        return text == expected && (type != "boolean" || value.AsBoolean() is not null);
    }

    private static string Shown(IReadOnlyList<PathValue> values) => $"[{string.Join(", ", values)}]";
}
