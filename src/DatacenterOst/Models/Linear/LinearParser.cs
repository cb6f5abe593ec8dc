using DatacenterOst.Features;
using DatacenterOst.Models.Calibration;
using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models.Linear;

/// <summary>Reads the <c>linear:</c> section of a model.yaml.</summary>
internal static class LinearParser
{
    /// <summary>As many as a package has features.</summary>
    public const int MaxTerms = FeatureParser.MaxFeatures;

    public static NumericRuntime Read(YamlMap model, YamlMap section, FeatureSet features, string site)
    {
        var link = section.Choice<LinearLink>("link");
        if (link is null && !section.Has("link")) section.Report("'link' is missing; say identity, logistic, poisson or cox");
        var terms = section.Maps("terms").Take(MaxTerms).Select(map => Term(map, features)).ToArray();
        if (terms.Length == 0) section.Report("'terms' is missing; list at least one");

        var cox = link == LinearLink.Cox;
        if (cox && section.Has("intercept")) section.Report("intercept", "is no part of a Cox model; it lies in the baseline");
        var intercept = cox ? 0 : CurveTable.Needed(section, "intercept");
        var linear = new LinearModel(link ?? LinearLink.Identity, intercept, cox ? Baseline(section) : 0, terms);
        var inputs = terms.Select(term => NumericInput.Of(features, features.Place(term.Input))).ToArray();
        return new NumericRuntime(linear, inputs, Readout.Read(model, features, [], site));
    }

    private static LinearTerm Term(YamlMap map, FeatureSet features)
    {
        var feature = map.Required("feature");
        var place = features.Place(feature);
        if (place < 0 && feature.Length > 0) map.Report("feature", $"'{feature}' is not a feature of this package");

        var words = new Dictionary<string, double>(StringComparer.Ordinal);
        if (map.Map("words") is { } list)
        {
            foreach (var word in list.Keys()) words[word] = CurveTable.Needed(list, word);
            if (map.Has("coefficient")) map.Report("coefficient", "stands for numbers; a term has it or 'words', not both");
            if (place >= 0 && !NumericInput.Of(features, place).IsWord) map.Report("words", $"but '{feature}' is a number");
        }
        else if (place >= 0 && NumericInput.Of(features, place).IsWord)
        {
            map.Report("feature", $"'{feature}' is in words: give the term 'words' with a coefficient for each, or the feature 'numbers'");
        }

        var coefficient = words.Count == 0 ? CurveTable.Needed(map, "coefficient") : 0;
        return new LinearTerm(feature, coefficient, (double)(map.Number("reference") ?? 0), words, (double?)map.Number("whenMissing"));
    }

    private static double Baseline(YamlMap section)
    {
        if (section.Has("baselineSurvival") == section.Has("baselineHazard"))
        {
            section.Report("a Cox model needs 'baselineSurvival' at the horizon, or 'baselineHazard', the cumulative hazard there");
            return 0;
        }

        if (section.Has("baselineHazard"))
        {
            var hazard = CurveTable.Needed(section, "baselineHazard");
            if (hazard <= 0) section.Report("baselineHazard", "must be above 0");
            return hazard;
        }

        var survival = CurveTable.Needed(section, "baselineSurvival");
        if (survival is <= 0 or >= 1) section.Report("baselineSurvival", "must lie between 0 and 1");
        return -Math.Log(survival);
    }
}
