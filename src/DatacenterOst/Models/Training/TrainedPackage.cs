using System.Globalization;
using System.Text;
using System.Text.Json;
using DatacenterOst.Models.Evaluation;
using DatacenterOst.Models.Reference;
using DatacenterOst.Terminology;

namespace DatacenterOst.Models.Training;

/// <summary>
/// Writes what was trained as a package folder: the draft under its new name, weights, vectors, reference, the study, and a model card whose
/// last chapter is this training's own figures. The report stands beside and is no part of the package.
/// </summary>
public static class TrainedPackage
{
    public const string WeightsFile = "weights.json";
    public const string StudyFile = "study.yaml";
    public const string CardFile = "MODEL-CARD.md";

    /// <summary>Made-up patients in vectors.jsonl: all of them run at each load.</summary>
    private const int Vectors = 12;

    /// <summary>From this heading on the card is written by training.</summary>
    private const string CardHeading = "## Training and validation";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <param name="folder"><c>models/&lt;id&gt;/&lt;version&gt;</c>.</param>
    /// <param name="concepts">From a terminology key to its entry; null where there is none.</param>
    /// <exception cref="Clinical.Problem">Invalid, where the package's own runtime does not give what was learnt.</exception>
    public static void Write(string folder, StudyData data, TrainingResult result, DateOnly today, Func<string, ConceptEntry?> concepts)
    {
        Directory.CreateDirectory(folder);
        var (id, version) = NameOf(folder);
        Write(folder, PackageFolder.ModelFile, Bands(PackageText.Rewritten(data.DraftText, id, version, WeightsFile, result.Final.Trees is null ? "linear" : "trees"), result.Main));
        Write(folder, WeightsFile, Weights(result));
        Write(folder, PackageFolder.VectorFile, VectorLines.Write(result, data.Draft, Vectors));
        Write(folder, ReferenceFile.Name, Reference(result, today).Write());
        Write(folder, CardFile, Card(data, result, id, version, today));
        Copy(data.Folder, folder);
        Features.ValueSetFiles.Copy(data.Folder, folder);
        PackageVectors.Complete(folder, concepts);
    }

    /// <summary>Reads the draft as the package that it is to be, with weights of nothing: a mistake in it is better told before an hour of learning than after.</summary>
    /// <exception cref="Clinical.Problem">Invalid, with every mistake and its line.</exception>
    public static void CheckDraft(string target, StudyData data, Func<string, ConceptEntry?> concepts)
    {
        if (PackageText.Has(data.DraftText, "calibration"))
            throw new Clinical.Problem(Clinical.ProblemKind.Invalid, "a draft has no 'calibration': the package gives the probability that is learnt, and is judged by it; add a calibration to a version of its own, and write its vectors with dost model vectors", where: "calibration");
        var (id, version) = NameOf(target);
        var folder = Directory.CreateTempSubdirectory("dost-draft-").FullName;
        try
        {
            Features.ValueSetFiles.Copy(data.Folder, folder);
            var inputs = data.Rows.Inputs;
            File.WriteAllBytes(Path.Combine(folder, WeightsFile), new Linear.LinearFile(null, 0, inputs, new double[inputs.Count], null, null, null, null, null).Write());
            var yaml = PackageText.Rewritten(data.DraftText, id, version, WeightsFile, "linear");
            PackageText.Unproven(folder, PackageText.Has(yaml, "bands") ? yaml : yaml + "\nbands: [{ id: any, rank: 0 }]\n", concepts);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The whole report as HTML and as JSON.</summary>
    public static (string Html, string Json) Report(TrainingResult result, string name)
    {
        var sections = result.Validated.Select(one => new ReportSection($"{one.Learner}, {one.How}", one.Performance, [.. Survival(one), .. one.Chosen.Distinct().Select(chosen => $"Chosen inside: {chosen}.")])).ToArray();
        var rows = result.Rows;
        string[] lead =
        [
            result.Study.Title,
            FormattableString.Invariant($"{rows.Count} rows of {result.Main.Patients} patients, {result.Main.Events} with the outcome ({result.Study.Outcome.Name}), {rows.Inputs.Count} inputs. Settings were chosen inside each fold; no row was predicted by a model that had seen its patient."),
            $"Left out: {LeftOut(result.Cohort)}.",
            $"The model: {result.Final.Chosen}.",
            .. result.Final.Trees is { } trees ? [$"Inputs by share of the gain: {string.Join(", ", trees.Importance().Take(25).Select(pair => FormattableString.Invariant($"{pair.Input} {pair.Share * 100:0.0} %")))}."] : Array.Empty<string>(),
        ];
        var json = JsonSerializer.Serialize(new { name, result.Study.Title, result.Final.Chosen, result.Cohort.LeftOut, result.Validated }, Json);
        return (ReportPage.Write($"Training of {name}", lead, sections), json);
    }

    private static (string Id, string Version) NameOf(string folder)
        => (Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(folder))) ?? "", Path.GetFileName(Path.GetFullPath(folder)));

    internal static string LeftOut(CohortData cohort)
        => cohort.LeftOut.Count == 0 ? "nothing" : string.Join("; ", cohort.LeftOut.OrderByDescending(pair => pair.Value).Select(pair => FormattableString.Invariant($"{pair.Value} – {pair.Key}")));

    private static byte[] Weights(TrainingResult result)
        => result.Final.Trees is { } trees ? XgboostFile.Write(trees) : result.Final.Linear!.Write(result.Rows.Inputs);

    // A draft that says nothing about bands gets those of the study's thresholds, with what the validation found at each.
    private static string Bands(string yaml, Performance done)
    {
        if (PackageText.Has(yaml, "bands")) return yaml;
        var text = new StringBuilder(yaml.TrimEnd()).Append("\n\n# Of the study's thresholds; expected values as the nested validation found them.\nbands:\n");
        var thresholds = done.Thresholds.OrderByDescending(at => at.Threshold).ToArray();
        for (var i = 0; i < thresholds.Length; i++)
        {
            var at = thresholds[i];
            text.Append(CultureInfo.InvariantCulture, $"  - {{ id: from-{at.Threshold * 100:0.###}-percent, rank: {thresholds.Length - i}, from: {at.Threshold}");
            if (at.Ppv.Value is { } ppv) text.Append(CultureInfo.InvariantCulture, $", ppv: {ppv:0.####}");
            if (at.Npv.Value is { } npv) text.Append(CultureInfo.InvariantCulture, $", npv: {npv:0.####}");
            text.Append(" }\n");
        }

        return text.Append("  - { id: below, rank: 0 }\n").ToString();
    }

    private static IEnumerable<string> Survival(LearnerPerformance one) => one.Concordance is { } c
        ? [FormattableString.Invariant($"Harrell's C {M(c)}. {one.Lost} rows were lost before the horizon: they count in the C, and in no other figure here.")]
        : [];

    private static ReferenceFile Reference(TrainingResult result, DateOnly today)
    {
        Features.FeatureVector[] vectors = [.. result.Cohort.Rows.Select(row => row.Vector)];
        var main = result.Validated[0];
        var done = main.Performance;
        return new ReferenceFile(
            1, result.Rows.Count, today, result.Study.Title,
            [.. Enumerable.Range(0, vectors[0].Values.Count).Select(place => FeatureReference.Of(vectors, place)).Where(feature => feature.Histogram is not null || feature.Categories is not null)],
            ScoreReference.OfProbabilities(result.Unseen),
            new PerformanceReference(
                $"nested cross-validation, {main.How}", done.Rows, done.Events, done.Auroc.Value, done.Auprc.Value, done.Brier.Value, done.CalibrationSlope.Value, done.CalibrationIntercept.Value)
            {
                Concordance = main.Concordance?.Value,
            });
    }

    private static string Card(StudyData data, TrainingResult result, string id, string version, DateOnly today)
    {
        var own = Path.Combine(data.Folder, CardFile);
        var above = File.Exists(own) ? StudyReading.Text(own) : $"# {id} {version}\n\n{data.Study.Title}\n\n";
        var cut = above.IndexOf(CardHeading, StringComparison.Ordinal);
        var card = new StringBuilder(cut < 0 ? above.TrimEnd() + "\n\n" : above[..cut]);
        card.Append(CultureInfo.InvariantCulture, $"{CardHeading}\n\nTrained {today:yyyy-MM-dd} on {result.Rows.Count} rows of {result.Main.Patients} patients; {result.Main.Events} had the outcome ({data.Study.Outcome.Name}). ");
        card.Append(CultureInfo.InvariantCulture, $"Left out: {LeftOut(result.Cohort)}. {result.Rows.Inputs.Count} inputs. The model: {result.Final.Chosen}.\n\n");
        card.Append("Rows were predicted by models that had not seen their patient; settings were chosen inside each fold. In brackets 95 % intervals by bootstrap over patients.\n\n");
        card.Append("| learner | validation | AUROC | AUPRC | Brier | calibration slope | intercept |\n|---|---|---|---|---|---|---|\n");
        foreach (var one in result.Validated)
        {
            var done = one.Performance;
            card.Append(CultureInfo.InvariantCulture, $"| {one.Learner} | {one.How} | {M(done.Auroc)} | {M(done.Auprc)} | {M(done.Brier)} | {M(done.CalibrationSlope)} | {M(done.CalibrationIntercept)} |\n");
        }

        foreach (var line in result.Validated.SelectMany(one => Survival(one).Select(text => $"{one.Learner}, {one.How}: {text}"))) card.Append(CultureInfo.InvariantCulture, $"\n{line}\n");
        card.Append("\n| alert at | alerts | PPV | sensitivity | specificity | alerts per 100 patient-days |\n|---|---|---|---|---|---|\n");
        foreach (var at in result.Main.Thresholds)
            card.Append(CultureInfo.InvariantCulture, $"| {at.Threshold * 100:0.#} % | {at.Alerts} | {M(at.Ppv)} | {M(at.Sensitivity)} | {M(at.Specificity)} | {M(at.AlertsPer100Days)} |\n");
        card.Append("\n| subgroup | rows | with the outcome | AUROC | AUPRC | observed / expected |\n|---|---|---|---|---|---|\n");
        foreach (var group in result.Main.Subgroups)
            card.Append(CultureInfo.InvariantCulture, $"| {group.Kind}: {group.Group} | {group.Rows} | {group.Events} | {M(group.Auroc)} | {M(group.Auprc)} | {M(group.ObservedToExpected)} |\n");
        return card.ToString();
    }

    private static string M(Measure measure) => ReportPage.M(measure);

    private static void Copy(string from, string to)
    {
        var (source, target) = (Path.Combine(from, StudyFile), Path.Combine(to, StudyFile));
        if (File.Exists(source) && Path.GetFullPath(source) != Path.GetFullPath(target)) File.Copy(source, target, overwrite: true);
    }

    private static void Write(string folder, string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);

    private static void Write(string folder, string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(folder, name), bytes);
}
