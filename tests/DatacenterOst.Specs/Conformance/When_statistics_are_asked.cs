using System.Globalization;
using System.Text.Json;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>Each code of HL7's statistics (terminology.hl7.org/CodeSystem/observation-statistics) against the plain sum, sort or loop.</summary>
[Collection(OverWritableServers.Name)]
public sealed class When_statistics_are_asked(WritableServers servers)
{
    public static readonly TheoryData<string> Both = Stores.Both;

    private static readonly double[] Values = [96, 104.5, 88, 131, 250, 97.25, 101, 99];

    // Hours after the first; not in order, and two at once.
    private static readonly double[] Hours = [0, 12, 36, 24, 48, 60, 60, 200];

    private static readonly string[] All =
    [
        "average", "maximum", "minimum", "count", "total-count", "median", "std-dev", "sum", "variance", "20-percent", "80-percent",
        "4-lower", "4-upper", "4-dev", "5-1", "5-2", "5-3", "5-4", "skew", "kurtosis",
    ];

    [Theory, MemberData(nameof(Both))]
    public async Task every_code_of_the_code_system_is_what_its_definition_says(string store)
    {
        var ost = await servers.On(store);
        var patient = await Measured(ost, Values, Hours);
        var components = await Components(ost, patient, string.Join(',', All));
        Assert.Equal(All, components.Select(Code));
        foreach (var component in components)
            Near(Naive(Code(component), Values), component);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_regression_is_a_gradient_per_day_and_an_intercept_at_the_first_measurement(string store)
    {
        var ost = await servers.On(store);
        var patient = await Measured(ost, Values, Hours);
        var components = await Components(ost, patient, "regression");
        Assert.All(components, component => Assert.Equal("regression", Code(component)));
        var days = Hours.Select(hour => hour / 24).ToArray();
        // The normal equations, by sums.
        var (n, sumX, sumY) = (days.Length, days.Sum(), Values.Sum());
        var gradient = (n * days.Zip(Values, (x, y) => x * y).Sum() - sumX * sumY) / (n * days.Sum(x => x * x) - sumX * sumX);
        var named = components.ToDictionary(component => component.GetProperty("code").GetProperty("text").GetString()!.Split(' ', ',')[1]);
        Near(gradient, named["gradient"]);
        Near((sumY - gradient * sumX) / n, named["intercept"]);
        Assert.Equal("(umol/L)/d", named["gradient"].GetProperty("valueQuantity").GetProperty("code").GetString());
        Assert.Equal("umol/L", named["intercept"].GetProperty("valueQuantity").GetProperty("code").GetString());
        Assert.Contains("2026-03-01T00:00:00", named["intercept"].GetProperty("code").GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task what_too_few_measurements_cannot_tell_is_said_to_be_absent(string store)
    {
        var ost = await servers.On(store);
        var patient = await Measured(ost, [96, 97], [5, 5]);
        foreach (var component in await Components(ost, patient, "regression,skew,kurtosis"))
        {
            Assert.False(component.TryGetProperty("valueQuantity", out _), component.GetRawText());
            Assert.Equal("not-applicable", component.GetProperty("dataAbsentReason").GetProperty("coding")[0].GetProperty("code").GetString());
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_rejected_statistic_names_all_that_there_are(string store)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Read("Observation/$stats?subject=Patient/x&code=1&statistic=luck");
        Expectation.Parse(string.Join(' ', All.Append("regression").Prepend("400"))).Check("luck", answer);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task statistics_are_valid_FHIR(string store)
    {
        var ost = await servers.On(store);
        var patient = await Measured(ost, Values, Hours);
        using var answer = await ost.Send(200, "GET", $"Observation/$stats?subject=Patient/{patient}&code=14682-9&system=http://loinc.org&statistic={string.Join(',', All)},regression");
        using var outcome = await ost.Send(200, "POST", "Observation/$validate", answer.Json.GetProperty("parameter")[0].GetProperty("resource").GetRawText());
        Assert.DoesNotContain("\"error\"", outcome.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task they_can_be_of_a_period_a_duration_or_a_coding_and_send_the_measurements_along(string store)
    {
        var ost = await servers.On(store);
        var patient = await Measured(ost, Values, Hours);
        var about = $"Observation/$stats?subject=Patient/{patient}&statistic=count,maximum";
        Assert.Equal(4, await Count(ost, about + "&coding=http://loinc.org|14682-9&period=2026-03-01/2026-03-02"));
        Assert.Equal(5, await Count(ost, about + "&coding=http://loinc.org|14682-9&period=2026-03-02/2026-03-03"));
        Assert.Equal(8, await Count(ost, about + "&code=14682-9&system=http://loinc.org&duration=1000000"));
        Assert.Equal(0, await Count(ost, about + "&code=14682-9&system=http://loinc.org&duration=0.001"));
        using var along = await ost.Send(200, "GET", about + "&code=14682-9&system=http://loinc.org&include=true&limit=3");
        Assert.Equal(3, along.Text.Split($"\"Patient/{patient}\"").Length - 1 - along.Json.GetProperty("parameter").EnumerateArray().Count(one => one.GetProperty("name").GetString() == "statistics"));
        foreach (var (wrong, word) in ((string, string)[])[("period=yesterday", "period"), ("duration=long", "duration"), ("duration=-1", "duration"), ("include=true&limit=0", "limit"), ("_asOf=soon", "_asOf")])
        {
            using var answer = await ost.Read($"{about}&code=14682-9&{wrong}");
            Expectation.Parse("400 " + word).Check(wrong, answer);
        }

        using var nobody = await ost.Read("Observation/$stats?code=14682-9&statistic=count");
        Expectation.Parse("400 subject").Check("no subject", nobody);
    }

    private static async Task<int> Count(RunningServer ost, string ask)
    {
        using var answer = await ost.Send(200, "GET", ask);
        var counted = answer.Json.GetProperty("parameter")[0].GetProperty("resource").GetProperty("component").EnumerateArray().Single(component => Code(component) == "count");
        return (int)counted.GetProperty("valueQuantity").GetProperty("value").GetDouble();
    }

    private static double Naive(string code, double[] values)
    {
        var sorted = values.Order().ToArray();
        var average = values.Sum() / values.Length;
        var squares = values.Select(value => (value - average) * (value - average)).Sum();
        return code switch
        {
            "average" => average,
            "maximum" => values.Max(),
            "minimum" => values.Min(),
            "count" => values.Length,
            "total-count" => values.Length + 1,
            "sum" => values.Sum(),
            "median" => Percentile(sorted, 50),
            "20-percent" or "5-1" => Percentile(sorted, 20),
            "80-percent" or "5-4" => Percentile(sorted, 80),
            "5-2" => Percentile(sorted, 40),
            "5-3" => Percentile(sorted, 60),
            "4-lower" => Percentile(sorted, 25),
            "4-upper" => Percentile(sorted, 75),
            "4-dev" => (Percentile(sorted, 75) - Percentile(sorted, 25)) / 2,
            "variance" => squares / (values.Length - 1),
            "std-dev" => Math.Sqrt(squares / (values.Length - 1)),
            "skew" => Skew(values, average, squares),
            "kurtosis" => Kurtosis(values, average, squares),
            _ => throw new InvalidOperationException(code),
        };
    }

    // Sample skewness and excess kurtosis as spreadsheets have them: powers of the standardised values.
    private static double Skew(double[] values, double average, double squares)
    {
        double n = values.Length;
        var deviation = Math.Sqrt(squares / (n - 1));
        return n / ((n - 1) * (n - 2)) * values.Select(value => Math.Pow((value - average) / deviation, 3)).Sum();
    }

    private static double Kurtosis(double[] values, double average, double squares)
    {
        double n = values.Length;
        var deviation = Math.Sqrt(squares / (n - 1));
        var fourth = values.Select(value => Math.Pow((value - average) / deviation, 4)).Sum();
        return n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * fourth - 3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3));
    }

    private static double Percentile(double[] sorted, double percent)
    {
        var place = percent / 100 * (sorted.Length - 1);
        var below = (int)Math.Floor(place);
        return below == sorted.Length - 1 ? sorted[below] : sorted[below] * (below + 1 - place) + sorted[below + 1] * (place - below);
    }

    private static void Near(double expected, JsonElement component)
    {
        var found = component.GetProperty("valueQuantity").GetProperty("value").GetDouble();
        Assert.True(Math.Abs(expected - found) <= 1e-8 * Math.Max(1, Math.Abs(expected)), $"{component.GetRawText()}: expected {expected.ToString(CultureInfo.InvariantCulture)}");
    }

    private static string Code(JsonElement component) => component.GetProperty("code").GetProperty("coding")[0].GetProperty("code").GetString()!;

    private static async Task<List<JsonElement>> Components(RunningServer ost, string patient, string statistics)
    {
        var answer = await ost.Send(200, "GET", $"Observation/$stats?subject=Patient/{patient}&code=14682-9&system=http://loinc.org&statistic={statistics}");
        return [.. answer.Json.GetProperty("parameter")[0].GetProperty("resource").GetProperty("component").EnumerateArray()];
    }

    /// <summary>A patient with these measurements and one that has no value.</summary>
    private static async Task<string> Measured(RunningServer ost, double[] values, double[] hours)
    {
        var patient = FhirHttp.NewId("measured");
        var start = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        var entries = values.Select((value, at) => Observation(patient, start.AddHours(hours[at]), string.Create(CultureInfo.InvariantCulture, $$"""
            "valueQuantity":{"value":{{value}},"unit":"umol/L","system":"http://unitsofmeasure.org","code":"umol/L"}
            """))).Append(Observation(patient, start.AddHours(7), """
            "dataAbsentReason":{"text":"lost"}
            """));
        using var made = await ost.Send(200, "POST", "", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', entries)}}]}""");
        return patient;
    }

    private static string Observation(string patient, DateTimeOffset at, string value) => string.Create(CultureInfo.InvariantCulture, $$$"""
        {"resource":{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}]},"subject":{"reference":"Patient/{{{patient}}}"},
         "effectiveDateTime":"{{{at:yyyy-MM-dd'T'HH:mm:ss'Z'}}}",{{{value}}}},"request":{"method":"POST","url":"Observation"}}
        """);
}
