using DatacenterOst.Cards;
using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.UnitTests.Models;

namespace DatacenterOst.UnitTests.Cards;

public sealed class When_a_card_says_why
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById(CardReader.DefaultZone);

    private const string Yaml = """
        id: kfre
        hooks: [patient-view]
        title: A title
        description: A description
        model: {id: kfre}
        prefetch:
          patient: Patient/{{context.patientId}}
        source:
          label: {da: En kilde, en: A source}
          topic: {code: TestTopic, system: https://example.org/topics}
        values:
          egfr: { format: "0" }
          risk5y: { format: "0.0%" }
        cards:
          referral:
            indicator: info
            summary: {da: "Risiko {risk5y}, {band}", en: "Risk {risk5y}, {band}"}
            heading: {da: "{probability:0%} inden 5 år, {risk2y:0.0%} inden 2 år", en: "{score:0%} within 5 years, {risk2y:0.0%} within 2 years"}
            next: {da: "Gør noget.", en: "Do something."}
            rows: [egfr]
            because: { groups: 2, change: show }
        """;

    [Fact]
    public void it_has_the_probability_as_a_percentage_the_words_of_the_band_and_the_terms_that_counted_most()
    {
        var card = Card(Yaml, Language.English);

        Assert.Equal("Risk 20.9%, at least 5 % within 5 years", card.Summary);
        Assert.Contains("**21% within 5 years, 5.9% within 2 years**", card.Detail, StringComparison.Ordinal);
        Assert.Contains("""
            | Because | Contribution | Values |
            |:--|--:|:--|
            | Kidney function | raises (+0.68) | eGFR 30 mL/min/1.73 m² |
            | Age and sex | raises (+0.34) | Age 60 years, Sex male |

            **Would change most:** Albumin to creatinine ratio of 30 mg/g: 20.9% → 7.9% (an association in the model, not a promised effect)

            **Next step:**
            """.ReplaceLineEndings("\n"), card.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void it_says_the_same_in_danish()
    {
        var card = Card(Yaml.Replace("{probability:0%}", "{risk5y:0%}", StringComparison.Ordinal), Language.Danish);

        Assert.Equal("Risiko 20,9 %, mindst 5 % inden 5 år", card.Summary);
        Assert.Contains("| Nyrefunktion | øger (+0,68) | eGFR 30 mL/min/1,73 m² |", card.Detail, StringComparison.Ordinal);
        Assert.Contains("**Mest ville det ændre:** Albumin/kreatinin-ratio på 30 mg/g: 20,9 % → 7,9 %", card.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void a_value_that_was_missing_is_shown_as_missing()
    {
        var estimate = Estimate();
        var groups = estimate.Explanation!.Groups;
        var missing = estimate with { Explanation = estimate.Explanation with { Groups = [groups[0] with { Missing = ["egfr"] }] } };

        Assert.Contains("| eGFR missing |", Card(Yaml, Language.English, missing).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void without_because_it_says_nothing_of_why()
        => Assert.DoesNotContain("Because", Card(Yaml.Replace("            because: { groups: 2, change: show }", "", StringComparison.Ordinal).Replace("    because: { groups: 2, change: show }", "", StringComparison.Ordinal), Language.English).Detail, StringComparison.Ordinal);

    [Theory]
    [InlineData("0.0000001", "0.0%", "below 0.1%", "under 0,1 %")]
    [InlineData("0", "0.0%", "0.0%", "0,0 %")]
    [InlineData("0.9999999", "0%", "above 99%", "over 99 %")]
    [InlineData("0.123", "0.#%", "12.3%", "12,3 %")]
    [InlineData("-0.05", "+0%", "−5%", "−5 %")]
    public void no_small_risk_is_shown_as_none(string share, string shape, string english, string danish)
    {
        var (number, read) = (decimal.Parse(share, System.Globalization.CultureInfo.InvariantCulture), NumberShape.Parse(shape, Rounding.Nearest)!.Value);

        Assert.Equal(english, new CardReader(Language.English, Zone).Number(number, read));
        Assert.Equal(danish, new CardReader(Language.Danish, Zone).Number(number, read));
    }

    private static RiskEstimate Estimate() => Shipped.Package("kfre").Try(
        new Dictionary<string, string> { ["age"] = "60", ["sex"] = "male", ["egfr"] = "30", ["uacr"] = "300" }, new DateTimeOffset(2026, 3, 1, 11, 0, 0, TimeSpan.Zero));

    private static Card Card(string yaml, Language language, RiskEstimate? estimate = null)
    {
        // The output's own name stands for the probability.
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(Path.Combine(directory.Path, "kfre"));
        File.WriteAllText(Path.Combine(directory.Path, "kfre", CdsServices.FileName), yaml);
        var services = CdsServices.Load(directory.Path, Shipped.Catalogue);
        Assert.Equal("", string.Join('\n', services.Refused.SelectMany(refused => refused.Reasons)));
        return CardWriting.Write(services.Get("kfre"), estimate ?? Estimate(), new CardReader(language, Zone)).Cards.Single();
    }
}
