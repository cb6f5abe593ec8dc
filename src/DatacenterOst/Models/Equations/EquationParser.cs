using System.Globalization;
using DatacenterOst.Features;
using DatacenterOst.Fhir;
using DatacenterOst.Models.Calibration;
using DatacenterOst.Models.Explanation;

namespace DatacenterOst.Models.Equations;

/// <summary>Reads the <c>equation:</c> section of a model.yaml.</summary>
internal static class EquationParser
{
    /// <summary>Published scores have a handful of lines; more is a program.</summary>
    public const int MaxSteps = 100;

    public static EquationRuntime Read(YamlMap model, YamlMap section, FeatureSet features, string site)
    {
        var steps = new List<EquationStep>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var map in section.Maps("steps").Take(MaxSteps)) Step(map, features, steps, places);
        if (steps.Count == 0) section.Report("'steps' is missing; list at least one, each with 'name' and 'is'");

        var probability = Named(section, "probability", steps);
        var score = Named(section, "score", steps);
        if (probability < 0 && score < 0 && steps.Count > 0) section.Report("say which step is the 'probability', or the 'score' where there is none");
        var margin = Named(section, "margin", steps);
        if (score < 0) score = Math.Max(probability, 0);
        if (margin < 0) margin = score;

        var reference = section.Map("reference") is { } map2 ? Reference(map2, features, places) : [];
        var readout = Readout.Read(model, features, [.. steps.Select(step => step.Name)], site);
        return new EquationRuntime(steps, new EquationResult(margin, score, probability), reference, places, readout);
    }

    private static void Step(YamlMap map, FeatureSet features, List<EquationStep> steps, Dictionary<string, int> places)
    {
        var name = map.Required("name");
        if (features.Place(name) >= 0 || steps.Any(step => step.Name == name)) map.Report("name", $"'{name}' is used before; steps and features have names of their own");
        var unit = map.Optional("unit") ?? "";
        var text = map.Required("is");
        if (text.Length == 0) return;
        if (FeatureExpression.Parse(text, out var wrong) is not { } expression)
        {
            map.Report("is", wrong);
            return;
        }

        var sound = true;
        foreach (var variable in expression.Names)
        {
            var place = features.Place(variable);
            if (place >= 0) places[variable] = place;
            else if (!steps.Any(step => step.Name == variable))
            {
                map.Report("is", $"names %{variable}, which is neither a feature nor a step above this one");
                sound = false;
            }
        }

        if (sound && expression.Trial(variable => Sample(features, variable)) is { } failure) map.Report("is", $"has no meaning for these features: {failure}");
        steps.Add(new EquationStep(name, expression, unit));
    }

    private static PathValue Sample(FeatureSet features, string variable)
    {
        var place = features.Place(variable);
        return place >= 0 && features.IsInWords(place) && features.Definitions[place].Numbers.Count == 0 ? PathValue.Of("word") : PathValue.Of(1m);
    }

    private static int Named(YamlMap section, string key, List<EquationStep> steps)
    {
        if (section.Optional(key) is not { } name) return -1;
        var place = steps.FindIndex(step => step.Name == name);
        if (place < 0) section.Report(key, $"names '{name}', which is not a step");
        return place;
    }

    private static List<ReferenceValue> Reference(YamlMap map, FeatureSet features, Dictionary<string, int> places)
    {
        var values = new List<ReferenceValue>();
        foreach (var name in map.Keys())
        {
            var text = map.Required(name);
            if (!places.TryGetValue(name, out var place))
            {
                map.Report(name, "is not a feature that the equation reads");
                continue;
            }

            var isWord = features.IsInWords(place) && features.Definitions[place].Numbers.Count == 0;
            if (isWord) values.Add(new ReferenceValue(place, null, text));
            else if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) values.Add(new ReferenceValue(place, number, null));
            else map.Report(name, $"must be a number, not '{text}'");
        }

        foreach (var missing in places.Keys.Where(name => !map.Has(name))) map.Report($"'{missing}' is missing: a reference patient has a value for every feature of the equation");
        if (values.Count > CoalitionShapley.MaxPlayers) map.Report($"an equation is explained over {CoalitionShapley.MaxPlayers} features at most; leave 'reference' out");
        return values.Count > CoalitionShapley.MaxPlayers ? [] : values;
    }
}
