using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Features;

namespace DatacenterOst.Models.Explanation;

/// <summary>An estimate as JSON, for those who read it by machine: features, numbers, bands, contributions and texts in both languages.</summary>
public static class EstimateDocument
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(ModelPackage package, RiskEstimate estimate) => Of(package, estimate).ToJsonString(Options);

    public static JsonObject Of(ModelPackage package, RiskEstimate estimate)
    {
        var document = new JsonObject
        {
            ["model"] = estimate.Model.Value,
            ["version"] = estimate.Version,
            ["hash"] = estimate.Hash,
            ["asOf"] = estimate.AsOf,
            ["score"] = estimate.Score,
            ["margin"] = estimate.Margin,
            ["probability"] = estimate.Probability,
            ["interval"] = estimate.Interval is { } range
                ? new JsonObject { ["low"] = range.Low, ["high"] = range.High, ["level"] = range.Level, ["method"] = JsonNamingPolicy.CamelCase.ConvertName(range.Method.ToString()) }
                : null,
            ["bands"] = new JsonArray([.. estimate.Conclusions.Select(conclusion => Band(package, conclusion))]),
            ["abstentions"] = new JsonArray([.. estimate.Abstentions.Select(reason => (JsonNode)reason)]),
            ["features"] = new JsonArray([.. package.Features.Definitions.Select(feature => Feature(package, estimate.Values[feature.Name]))]),
            ["computed"] = new JsonArray([.. estimate.Values.Values.Where(value => package.Features.Place(value.Name) < 0).Select(value => Feature(package, value))]),
            ["explanation"] = estimate.Explanation is { } explanation ? Explained(explanation) : null,
            ["mostChanging"] = estimate.MostChanging is { } effect
                ? new JsonObject { ["feature"] = effect.Feature, ["text"] = Text(effect.Text), ["target"] = effect.Target, ["from"] = effect.From, ["to"] = effect.To, ["change"] = effect.Change }
                : null,
        };
        return document;
    }

    private static JsonObject Band(ModelPackage package, Conclusion conclusion)
    {
        var label = package.Labels.GetValueOrDefault($"band={conclusion.Id}");
        return new JsonObject
        {
            ["id"] = conclusion.Id,
            ["rank"] = conclusion.Rank,
            ["text"] = label is null ? null : Text(label),
            ["expectedPpv"] = conclusion.Ppv,
            ["expectedNpv"] = conclusion.Npv,
        };
    }

    private static JsonObject Feature(ModelPackage package, FeatureValue value)
    {
        var written = new JsonObject { ["name"] = value.Name, ["text"] = package.Labels.TryGetValue(value.Name, out var label) ? Text(label) : null, ["number"] = value.Number };
        if (value.Text is { } word) written["word"] = word;
        if (value.Unit.Length > 0) written["unit"] = value.Unit;
        if (value.IsMissing) written["missing"] = JsonNamingPolicy.CamelCase.ConvertName(value.Missing.ToString());
        if (value.At is { } at) written["at"] = at;
        return written;
    }

    private static JsonObject Explained(RiskExplanation explanation) => new()
    {
        ["bias"] = explanation.Bias,
        ["groups"] = new JsonArray([.. explanation.Groups.Select(group => new JsonObject
        {
            ["id"] = group.Id,
            ["text"] = Text(group.Text),
            ["contribution"] = group.Value,
            ["features"] = Names(group.Features),
            ["missing"] = Names(group.Missing),
        })]),
    };

    private static JsonArray Names(IReadOnlyList<string> names) => new([.. names.Select(name => (JsonNode)name)]);

    private static JsonObject Text(LocalText text) => new() { ["da"] = text.Da, ["en"] = text.En };
}
