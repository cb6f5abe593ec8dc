using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Features;

namespace DatacenterOst.Models.Training;

/// <summary>
/// Writes vectors.jsonl of a trained package: made-up events and what must come of them. The expectation is worked out by the learner's own
/// trees or coefficients, so that loading the package proves that its runtime gives what was trained.
/// </summary>
internal static class VectorLines
{
    /// <summary>How far the probability may be off: single precision sums agree to the bit, a table of logarithms need not.</summary>
    private const double Tolerance = 1e-6;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(TrainingResult result, PackageDraft draft, int count)
    {
        var stays = new SyntheticStays(SyntheticStays.Shapes(result.Cohort), result.Study, result.Study.Validation.Seed);
        var places = StudyMatrix.Inputs(result.Study, draft);
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            var stay = stays.Make(i);
            var vector = draft.Features.Evaluate(stay.History(), stay.IndexTime);
            var name = FormattableString.Invariant($"made-up stay {i + 1}");
            var silent = draft.Refuses(vector) ?? (draft.Abstention.Reasons(vector, places) is [var first, ..] ? first : null);
            text.Append(silent is not null ? Refused(name, stay, silent) : Line(name, stay, vector, result.Final, StudyMatrix.Values(vector, places))).Append('\n');
        }

        var empty = stays.Make(0) with { Findings = [] };
        if (draft.Refuses(draft.Features.Evaluate(empty.History(), empty.IndexTime)) is { } reason) text.Append(Refused("nothing is known", empty, reason)).Append('\n');
        return text.ToString();
    }

    private static string Line(string name, SyntheticStay stay, FeatureVector vector, Learnt learnt, double[] row)
    {
        var line = Given(name, stay);
        var features = new JsonObject();
        foreach (var value in vector.Values) features[value.Name] = value.Text is { } word ? word : value.Number is { } number ? number : null;
        line["expect"] = new JsonObject { ["features"] = features, ["score"] = learnt.Predict(row), ["margin"] = learnt.Margin(row) };
        line["tolerance"] = Tolerance;
        return line.ToJsonString(Plain);
    }

    private static string Refused(string name, SyntheticStay stay, string reason)
    {
        var line = Given(name, stay);
        line["expect"] = new JsonObject { ["score"] = null, ["abstains"] = reason };
        return line.ToJsonString(Plain);
    }

    private static JsonObject Given(string name, SyntheticStay stay)
    {
        var events = new JsonArray();
        foreach (var finding in stay.Findings.OrderBy(finding => finding.ObservedAt).ThenBy(finding => finding.ResultId, StringComparer.Ordinal))
        {
            var happened = new JsonObject { ["code"] = finding.Concept.Code.ToString(), ["value"] = finding.Value, ["unit"] = finding.Concept.Unit, ["observed"] = Time(finding.ObservedAt) };
            if (finding.KnownAt != finding.ObservedAt) happened["known"] = Time(finding.KnownAt);
            events.Add(happened);
        }

        return new JsonObject
        {
            ["name"] = name,
            ["asOf"] = Time(stay.IndexTime),
            ["patient"] = new JsonObject { ["birthDate"] = stay.BirthDate.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), ["sex"] = stay.Sex == Clinical.Sex.Female ? "female" : "male" },
            ["events"] = events,
        };
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
}
