using DatacenterOst.Features;

namespace DatacenterOst.Models.Calibration;

/// <summary>
/// From a model's raw number to what is said: calibrated, with its interval, in its band, or nothing where the package says that it
/// should keep silent. The same for every kind of model that makes a number.
/// </summary>
internal sealed class Readout
{
    public const string Probability = "probability";
    public const string Band = "band";
    public const string Low = "intervalLow";
    public const string High = "intervalHigh";
    public const string Ppv = "expectedPpv";
    public const string Npv = "expectedNpv";

    private readonly Calibrator calibrator;
    private readonly AbstentionRule abstention;
    private readonly IntervalTable? interval;
    private readonly IReadOnlyList<RiskBand> bands;

    private Readout(Calibrator calibrator, AbstentionRule abstention, IntervalTable? interval, IReadOnlyList<RiskBand> bands, IReadOnlyList<string> computes)
        => (this.calibrator, this.abstention, this.interval, this.bands, Computes) = (calibrator, abstention, interval, bands, computes);

    /// <summary>The values that it adds, beside those of the kind itself.</summary>
    public IReadOnlyList<string> Computes { get; }

    public IReadOnlyList<string> Concludes => [.. bands.Select(band => band.Id)];

    /// <param name="model">The top of model.yaml.</param>
    /// <param name="computed">Names of the values that the kind itself computes.</param>
    public static Readout Read(YamlMap model, FeatureSet features, IReadOnlyList<string> computed, string site)
    {
        var interval = IntervalTable.Read(model.Map("interval"));
        var added = new List<string> { Probability, Band, Ppv, Npv };
        if (interval is not null) added.AddRange([Low, High]);
        foreach (var name in added.Concat(computed).Where(name => features.Place(name) >= 0)) model.Report($"'{name}' is the name of a computed value; give the feature another");

        // The output's own name stands for the same number as 'probability' does.
        var output = model.Map("output")?.Optional("name");
        added.RemoveAll(name => name == output);
        string[] names = [.. features.Definitions.Select(feature => feature.Name), .. computed, .. added, .. output is null ? Array.Empty<string>() : [output]];
        return new Readout(
            Calibrator.Read(model.Map("calibration"), site), AbstentionRule.Read(model.Map("abstain"), features), interval, RiskBand.ReadAll(model, names), added);
    }

    /// <summary>The probability after calibration; null for none.</summary>
    public double? Calibrated(double margin, double? probability) => calibrator.Probability(margin, probability);

    /// <param name="inputs">Places of the features that the model reads.</param>
    /// <param name="score">What the score is where the model gives no probability.</param>
    public Outcome Of(FeatureVector vector, IReadOnlyList<int> inputs, double margin, double? probability, double score)
    {
        var reasons = abstention.Reasons(vector, inputs);
        if (reasons.Count > 0) return Outcome.Abstain(reasons);
        var calibrated = calibrator.Probability(margin, probability);
        var result = calibrated ?? score;
        if (!double.IsFinite(margin) || !double.IsFinite(result)) return Outcome.Abstain([Unfinished(vector, inputs)]);
        if (calibrator.NeedsMoreThan(probability)) return Outcome.Abstain(["the calibration is of a probability, and the model makes none"]);
        if (interval is not null && calibrated is null) return Outcome.Abstain(["the interval is of a probability, and the model makes none"]);

        var range = calibrated is { } likely ? interval?.Of(likely) : null;
        var band = bands.FirstOrDefault(one => one.Range.Contains(result));
        return new Outcome(result, band is null ? [] : [band.Conclusion], Computed(calibrated, range, band), [])
        {
            Margin = margin,
            Probability = calibrated,
            Interval = range,
        };
    }

    private List<FeatureValue> Computed(double? probability, RiskInterval? range, RiskBand? band)
    {
        var values = new List<FeatureValue>(Computes.Count);
        foreach (var name in Computes)
        {
            double? number = name switch
            {
                Probability => probability,
                Low => range?.Low,
                High => range?.High,
                Ppv => band?.Ppv,
                Npv => band?.Npv,
                _ => null,
            };
            var word = name == Band ? band?.Id : null;
            values.Add(new FeatureValue(name, number, word, "", null, [], number is null && word is null ? MissingReason.DependsOnMissing : MissingReason.NotMissing));
        }

        return values;
    }

    private static string Unfinished(FeatureVector vector, IReadOnlyList<int> inputs)
    {
        var missing = inputs.Select(place => vector.Values[place]).Where(value => value is { Number: null, Text: null }).Select(value => value.Name).Distinct().ToArray();
        return missing.Length > 0 ? $"{string.Join(", ", missing)}: missing, and the model makes no number without" : "the model made no number of these features";
    }
}
