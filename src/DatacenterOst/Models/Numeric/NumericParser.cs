using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models.Calibration;
using DatacenterOst.Models.Ensembles;
using DatacenterOst.Models.Files;

namespace DatacenterOst.Models.Numeric;

/// <summary>Reads the <c>model:</c> section of a package whose weights lie in a file: trees, ONNX, ensembles of them.</summary>
internal static class NumericParser
{
    public static NumericRuntime? Read(YamlMap model, YamlMap section, FeatureSet features, RuntimeContent content)
    {
        try
        {
            var weights = section.Has("members") ? EnsembleParser.Read(section, member => Open(member, content)) : Open(section, content);
            if (weights is null) return null;
            var inputs = Inputs(section, features, weights.Inputs);
            return inputs is null ? null : new NumericRuntime(weights, inputs, Readout.Read(model, features, [], content.Site));
        }
        catch (Problem wrong)
        {
            section.Report("members", Told(wrong));
            return null;
        }
    }

    private static INumericModel? Open(YamlMap section, RuntimeContent content)
    {
        var name = section.Required("file");
        if (name.Length == 0) return null;
        if (Path.GetFileName(name) != name)
        {
            section.Report("file", "must be a file of the package's own folder, named without a path");
            return null;
        }

        try
        {
            return ModelFile.Open(Path.Combine(content.Folder, name));
        }
        catch (Problem wrong)
        {
            section.Report("file", $"{name}: {Told(wrong)}");
            return null;
        }
    }

    private static string Told(Problem wrong) => $"{wrong.Message}{(wrong.Where is null ? "" : $" ({Path.GetFileName(wrong.Where)})")}";

    // By default an input reads the feature of its own name.
    private static NumericInput[]? Inputs(YamlMap section, FeatureSet features, IReadOnlyList<string> names)
    {
        var map = section.Map("inputs");
        var sound = true;
        foreach (var stated in map?.Keys() ?? [])
        {
            if (names.Contains(stated)) continue;
            map!.Report(stated, $"is not an input of the model; inputs are {string.Join(", ", names.Take(50))}");
            map.Optional(stated);
        }

        var inputs = new NumericInput[names.Count];
        for (var i = 0; i < inputs.Length; i++)
        {
            var feature = map?.Optional(names[i]) ?? names[i];
            var place = features.Place(feature);
            inputs[i] = NumericInput.Of(features, place);
            if (place >= 0) continue;
            sound = false;
            section.Report("inputs", $"the model's input '{names[i]}' needs the feature '{feature}', which this package does not have; declare it, or say under 'inputs' which feature it reads");
        }

        return sound ? inputs : null;
    }
}
