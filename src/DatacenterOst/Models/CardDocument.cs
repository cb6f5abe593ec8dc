using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Features;

namespace DatacenterOst.Models;

/// <summary>
/// <c>card.json</c> of a package: the sections of CHAI's Applied Model Card (schema v0.2, 2025) as JSON, each element under its own name.
/// Written from model.yaml and reference.json; what nobody has stated says so instead of being left out.
/// </summary>
public static class CardDocument
{
    public const string FileName = "card.json";

    /// <summary>A card is some pages of text.</summary>
    public const long MaxBytes = 1 << 20;

    private const string NotStated = "Not stated by the package";

    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The elements that the schema requires, by section.</summary>
    private static readonly (string Section, string[] Elements)[] Schema =
    [
        ("BasicInfo", ["ModelName", "ModelDeveloper", "DeveloperContact"]),
        ("ReleaseInfo", ["ReleaseStage", "ReleaseDate", "ReleaseVersion", "GlobalAvailability"]),
        ("ModelSummary", ["Summary", "Keywords"]),
        ("UsesAndDirections", ["IntendedUseAndWorkflow", "PrimaryIntendedUsers", "HowToUse", "TargetedPatientPopulation", "CautionedOutOfScopeSettings"]),
        ("Warnings", ["KnownRisksAndLimitations", "KnownBiasesOrEthicalConsiderations", "ClinicalRiskLevel"]),
        ("TrustIngredients", ["AISystemFacts", "TransparencyInformation"]),
        ("KeyMetrics", ["UsefulnessUsabilityEfficacy", "FairnessEquity", "SafetyReliability"]),
        ("Resources", ["PeerReviewedPublications", "PatientConsentOrDisclosure"]),
    ];

    public static string Write(ModelPackage package)
    {
        var card = package.Card;
        var document = new JsonObject
        {
            ["AppliedModelCard"] = new JsonObject
            {
                ["BasicInfo"] = Section(("ModelName", card.Title.En), ("ModelDeveloper", Lines(card.Authors)), ("DeveloperContact", card.Owner)),
                ["ReleaseInfo"] = Section(
                    ("ReleaseStage", "Decided by the installation: see the stage of this version there"), ("ReleaseDate", Day(package.Reference?.Made)),
                    ("ReleaseVersion", package.Id.Version), ("GlobalAvailability", card.Licence), ("RegulatoryApproval", NotStated)),
                ["ModelSummary"] = new JsonObject { ["Summary"] = card.IntendedUse.En, ["Keywords"] = new JsonArray(package.Id.Model.Value, package.Kind) },
                ["UsesAndDirections"] = Section(
                    ("IntendedUseAndWorkflow", card.IntendedUse.En), ("PrimaryIntendedUsers", NotStated), ("HowToUse", card.IntendedUse.En),
                    ("TargetedPatientPopulation", card.Population), ("CautionedOutOfScopeSettings", Lines(card.Exclusions))),
                ["Warnings"] = Section(
                    ("KnownRisksAndLimitations", Lines([card.Evidence, .. card.Risks])), ("KnownBiasesOrEthicalConsiderations", NotStated), ("ClinicalRiskLevel", NotStated)),
                ["TrustIngredients"] = Facts(package),
                ["KeyMetrics"] = new JsonObject
                {
                    ["UsefulnessUsabilityEfficacy"] = Metrics(package, "Discrimination and calibration"),
                    ["FairnessEquity"] = Metrics(null, "Equal performance by sex, age and site"),
                    ["SafetyReliability"] = Metrics(null, "No number from missing, stale or implausible data"),
                },
                ["Resources"] = Section(("PeerReviewedPublications", Lines(card.References)), ("PatientConsentOrDisclosure", NotStated)),
                ["Bibliography"] = "",
            },
        };
        return document.ToJsonString(Options) + "\n";
    }

    /// <summary>Reports where a card is not of the schema, or speaks of another model. A package without one is no mistake.</summary>
    internal static void Check(string folder, ModelPackage package, PackageProblems problems)
    {
        var file = new FileInfo(Path.Combine(folder, FileName));
        if (!file.Exists) return;
        try
        {
            if (file.Length > MaxBytes) problems.Add(FileName, 0, $"is larger than {MaxBytes} bytes");
            else if (JsonNode.Parse(File.ReadAllText(file.FullName))?["AppliedModelCard"] is JsonObject card) Check(card, package, problems);
            else problems.Add(FileName, 0, "needs the object 'AppliedModelCard'");
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            problems.Add(FileName, 0, $"cannot be read: {wrong.Message}");
        }
    }

    private static void Check(JsonObject card, ModelPackage package, PackageProblems problems)
    {
        foreach (var (name, elements) in Schema)
        {
            if (card[name] is not JsonObject section) problems.Add(FileName, 0, $"lacks the section {name}");
            else foreach (var element in elements.Where(element => section[element] is null)) problems.Add(FileName, 0, $"lacks {name}.{element}");
        }

        Same("BasicInfo", "ModelName", package.Card.Title.En);
        Same("ReleaseInfo", "ReleaseVersion", package.Id.Version);
        Same("UsesAndDirections", "TargetedPatientPopulation", package.Card.Population);

        void Same(string section, string element, string expected)
        {
            if (card[section] is JsonObject found && found[element] is JsonValue said && said.ToString() != expected)
                problems.Add(FileName, 0, $"{section}.{element} is '{said}', but model.yaml says '{expected}'; write the card again");
        }
    }

    private static JsonObject Facts(ModelPackage package)
    {
        var outcome = package.Card.Outcome?.En ?? (package.Output.Name.Length > 0 ? package.Output.Text.En : "Conclusions without a number");
        var horizon = package.Card.Horizon is { } within ? $", within {Duration.Say(within)}" : "";
        return new JsonObject
        {
            ["AISystemFacts"] = Section(
                ("OutcomesAndOutputs", outcome + horizon), ("ModelType", package.Kind), ("InputDataSource", "The patient's record as of the index time"),
                ("OutputAndInputDataTypes", $"Inputs: {string.Join(", ", package.Features.Definitions.Select(feature => feature.Name))}. Conclusions: {string.Join(", ", package.Concludes)}"),
                ("DevelopmentDataCharacterization", package.Reference?.Population ?? NotStated), ("BiasMitigationApproaches", NotStated),
                ("OngoingMaintenance", $"Owner: {package.Card.Owner}. To be reviewed by {Day(package.Card.ReviewBy)}"),
                ("Security", "The package is addressed by its content"), ("Transparency", "Its features, their facts and its explanation are part of every estimate")),
            ["TransparencyInformation"] = Section(("FundingSource", NotStated), ("StakeholdersConsulted", NotStated)),
        };
    }

    private static JsonObject Metrics(ModelPackage? package, string goal)
    {
        var results = new JsonArray();
        var measured = package?.Reference?.Performance;
        (string Label, double? Value)[] numbers =
        [
            ("AUROC", measured?.Auroc), ("AUPRC", measured?.Auprc), ("Brier score", measured?.Brier),
            ("Harrell's C", measured?.Concordance), ("Calibration slope", measured?.CalibrationSlope), ("Calibration intercept", measured?.CalibrationIntercept),
        ];
        foreach (var (label, value) in numbers)
        {
            if (value is { } known) results.Add((JsonNode)Section(("Label", label), ("ValueJson", known.ToString("R", CultureInfo.InvariantCulture))));
        }

        if (results.Count == 0) results.Add((JsonNode)Section(("Label", "Not measured"), ("ValueJson", "null")));
        var rows = measured is null ? NotStated : string.Create(CultureInfo.InvariantCulture, $"{measured.Rows} rows, {measured.Events} with the outcome");
        return new JsonObject
        {
            ["MetricGoal"] = goal,
            ["Results"] = new JsonObject { ["MetricResult"] = results },
            ["Interpretation"] = NotStated,
            ["TestType"] = measured?.How ?? NotStated,
            ["TestingDataDescription"] = rows,
            ["ValidationProcessAndJustification"] = measured?.How ?? NotStated,
        };
    }

    private static JsonObject Section(params ReadOnlySpan<(string Name, string Value)> elements)
    {
        var section = new JsonObject();
        foreach (var (name, value) in elements) section[name] = value;
        return section;
    }

    private static string Lines(IReadOnlyList<string> texts) => texts.Count == 0 ? NotStated : string.Join('\n', texts);

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? NotStated;
}
