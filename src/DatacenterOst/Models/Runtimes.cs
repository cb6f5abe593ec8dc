using DatacenterOst.Features;
using DatacenterOst.Models.Scorecards;
using DatacenterOst.Models.Surveillance;

namespace DatacenterOst.Models;

/// <summary>The kinds of model that the product can run. A new kind is a folder, an entry here, and no other change.</summary>
internal static class Runtimes
{
    /// <returns>Null for an unknown kind; other mistakes are reported where they stand.</returns>
    public static IModelRuntime? Read(YamlMap model, FeatureSet features)
    {
        var kind = model.Required("kind");
        if (kind is not ("scorecard" or "surveillance"))
        {
            if (kind.Length > 0) model.Report("kind", $"'{kind}' is not known; known are scorecard and surveillance");
            return null;
        }

        if (model.Map(kind) is not { } section)
        {
            model.Report($"a package of kind {kind} needs the section '{kind}:'");
            return null;
        }

        return kind == "scorecard" ? ScorecardParser.Read(section, features) : SurveillanceParser.Read(section, features);
    }
}
