using DatacenterOst.Features;
using DatacenterOst.Models.Equations;
using DatacenterOst.Models.Linear;
using DatacenterOst.Models.Numeric;
using DatacenterOst.Models.Scorecards;
using DatacenterOst.Models.Surveillance;

namespace DatacenterOst.Models;

/// <summary>The kinds of model that the product can run. A new kind is a folder, an entry here, and no other change.</summary>
internal static class Runtimes
{
    private static readonly string[] Kinds = ["scorecard", "surveillance", "equation", "linear", "trees", "onnx", "ensemble"];

    /// <returns>Null for an unknown kind or weights that cannot be opened; other mistakes are reported where they stand.</returns>
    public static IModelRuntime? Read(YamlMap model, FeatureSet features, RuntimeContent content)
    {
        var kind = model.Required("kind");
        if (!Kinds.Contains(kind))
        {
            if (kind.Length > 0) model.Report("kind", $"'{kind}' is not known; known are {string.Join(", ", Kinds)}");
            return null;
        }

        // A linear model's coefficients stand in model.yaml or, where there are many, in a file.
        var name = kind is "trees" or "onnx" or "ensemble" || (kind == "linear" && !model.Has("linear") && model.Has("model")) ? "model" : kind;
        if (model.Map(name) is not { } section)
        {
            model.Report($"a package of kind {kind} needs the section '{name}:'");
            return null;
        }

        return kind switch
        {
            "scorecard" => ScorecardParser.Read(section, features),
            "surveillance" => SurveillanceParser.Read(section, features),
            "equation" => EquationParser.Read(model, section, features, content.Site),
            "linear" when name == "linear" => LinearParser.Read(model, section, features, content.Site),
            _ => NumericParser.Read(model, section, features, content),
        };
    }
}
