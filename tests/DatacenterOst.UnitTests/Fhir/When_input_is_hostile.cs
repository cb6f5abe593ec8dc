using System.Diagnostics;
using System.Globalization;
using System.Text;
using DatacenterOst.Fhir;

namespace DatacenterOst.UnitTests.Fhir;

/// <summary>Whatever comes in, the answer is a resource or a <see cref="FhirFormatException"/>, soon and in bounded memory.</summary>
[Collection(Alone.Name)]
public sealed class When_input_is_hostile
{
    // DOST_FUZZ makes a longer run; three of four inputs are JSON.
    private static readonly int Inputs = Environment.GetEnvironmentVariable("DOST_FUZZ") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : 200_000;
    private const int MaxAllocated = 4_000_000;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", "\"", ":", ",", "null", "true", "1e999", "-0", "00", "1E-400", "99999999999999999999999999999999999", "\\ud800", "\\u0000", "\uFEFF", "\u0000", "<", ">", "&", "&lt;", "&#0;", "&#x1F600;",
        "<!DOCTYPE x [<!ENTITY a \"b\">]>", "<![CDATA[x]]>", "<!--", "-->", "<?xml version=\"1.0\"?>", "\"resourceType\":\"Patient\",", "\"extension\":[{\"url\":\"x\"}]", "\"_id\":{\"id\":\"1\"}", "2026-02-30", "\"\"", "{}", "[]", "value=\"\"", "xmlns=\"\"",
    ];

    private static readonly Lazy<byte[][]> Seeds = new(() =>
    {
        string[] texts =
        [
            """{"resourceType":"Patient","id":"a","active":true,"name":[{"given":["A",null],"_given":[null,{"id":"x"}],"family":"\u00c5"}],"birthDate":"1970-01-01","_birthDate":{"extension":[{"url":"u","valueInteger":1}]},"contained":[{"resourceType":"Organization","id":"o"}]}""",
            """{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]},"valueQuantity":{"value":1.50,"unit":"g"},"effectiveDateTime":"2026-01-01T00:00:00Z","component":[{"code":{"text":"x"},"valueString":"y"}]}""",
            """{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Basic","code":{"text":"a"}},"request":{"method":"POST","url":"Basic"}}]}""",
            """{"resourceType":"Parameters","parameter":[{"name":"a","part":[{"name":"b","resource":{"resourceType":"Patient"}}]}]}""",
        ];
        return [.. texts.Select(Encoding.UTF8.GetBytes)];
    });

    [Fact]
    public void mutated_JSON_gives_a_resource_or_the_librarys_own_error() => Fuzz(Seeds.Value, Inputs / 4 * 3, 20261122, bytes =>
    {
        var resource = Resource.ParseJson(bytes);
        // What was read must be written and read again as the same.
        var again = resource.ToJson();
        Assert.Equal(again, Resource.ParseJson(again).ToJson());
    });

    [Fact]
    public void mutated_XML_gives_a_resource_or_the_librarys_own_error() =>
        Fuzz([.. Seeds.Value.Select(s => Resource.ParseJson(s).ToXml())], Inputs / 4, 7, bytes => Resource.ParseXml(bytes).ToJson());

    [Theory]
    [InlineData("javascript:alert(1)"), InlineData(" JavaScript:x"), InlineData("java&#9;script:x"), InlineData("java&#10;script:x"), InlineData("&#1234;", false), InlineData("vbscript:x"), InlineData("https://example.org/javascript:", false)]
    public void scripts_in_a_narrative_are_errors(string address, bool isScript = true)
    {
        var json = $$"""{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"{{address}}\">x</a></div>"} }""";
        Assert.Equal(isScript, Validator.Default.Validate(Resource.ParseJson(Encoding.UTF8.GetBytes(json))).Any(i => i.Path == "Patient.text.div" && i.Severity == IssueSeverity.Error));
    }

    private static void Fuzz(byte[][] seeds, int inputs, int seed, Action<byte[]> read)
    {
        var random = new Random(seed);
        var slowest = TimeSpan.Zero;
        var most = 0L;
        for (var i = 0; i < inputs; i++)
        {
            var input = Mutate(seeds[random.Next(seeds.Length)], random);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            try
            {
                read(input);
            }
            catch (FhirFormatException)
            {
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{e.GetType().Name} for input {i}: {Encoding.UTF8.GetString(input)}\n{e}");
            }
            var took = Stopwatch.GetElapsedTime(start);
            slowest = took > slowest ? took : slowest;
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - allocated);
        }
        Assert.True(slowest < MaxTime, $"one input took {slowest}");
        Assert.True(most < MaxAllocated, $"one input allocated {most} bytes");
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var bytes = new List<byte>(seed);
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)); break;
                case 2: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)])); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 60), bytes.Count - at))); break;
                default: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            }
            if (bytes.Count == 0) bytes.Add((byte)'{');
        }
        return [.. bytes];
    }

    [Theory]
    [InlineData("[", 10_000), InlineData("{\"a\":", 10_000), InlineData("{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"a\",\"resource\":", 10_000)]
    public void ten_thousand_levels_of_JSON_are_refused(string level, int count) =>
        Assert.Throws<FhirFormatException>(() => Resource.ParseJson(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(level, count)))));

    [Fact]
    public void ten_thousand_levels_of_XML_are_refused()
    {
        var deep = "<Questionnaire xmlns=\"http://hl7.org/fhir\">" + string.Concat(Enumerable.Repeat("<item>", 10_000));
        Assert.Throws<FhirFormatException>(() => Resource.ParseXml(Encoding.UTF8.GetBytes(deep)));
        var narrative = "<Patient xmlns=\"http://hl7.org/fhir\"><text><status value=\"generated\"/><div xmlns=\"http://www.w3.org/1999/xhtml\">" + string.Concat(Enumerable.Repeat("<b>", 10_000));
        Assert.Throws<FhirFormatException>(() => Resource.ParseXml(Encoding.UTF8.GetBytes(narrative)));
    }

    [Theory]
    [InlineData("<!DOCTYPE Patient SYSTEM \"http://127.0.0.1:1/x.dtd\"><Patient xmlns=\"http://hl7.org/fhir\"/>")]
    [InlineData("<!DOCTYPE Patient [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]><Patient xmlns=\"http://hl7.org/fhir\"><id value=\"&b;\"/></Patient>")]
    public void document_types_and_entities_are_refused(string xml) =>
        Assert.Contains("DTD", Assert.Throws<FhirFormatException>(() => Resource.ParseXml(Encoding.UTF8.GetBytes(xml))).Message, StringComparison.Ordinal);

    [Fact]
    public void a_number_of_a_million_digits_is_refused() =>
        Assert.Throws<FhirFormatException>(() => Resource.ParseJson(Encoding.UTF8.GetBytes("{\"resourceType\":\"Observation\",\"valueQuantity\":{\"value\":" + new string('9', 1_000_000) + "}}")));

    [Theory]
    [InlineData("("), InlineData("-"), InlineData("a.where("), InlineData("{} | "), InlineData("iif(true,")]
    public void deep_expressions_and_units_are_refused(string level)
    {
        Assert.Throws<FhirPathException>(() => FhirPathExpression.Parse(string.Concat(Enumerable.Repeat(level, 3000))));
        Assert.NotNull(DatacenterOst.Fhir.Ucum.Validate(new string('(', 200)));
        Assert.NotNull(DatacenterOst.Fhir.Ucum.Validate(string.Concat(Enumerable.Repeat("Ym99.", 5000))));
    }
}
