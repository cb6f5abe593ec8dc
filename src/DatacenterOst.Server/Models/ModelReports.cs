using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DatacenterOst.Access;
using DatacenterOst.Cards.Records;
using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Models.Monitoring;
using DatacenterOst.Store.Models;

namespace DatacenterOst.Server.Models;

/// <summary>The report of one model, as JSON or as a page.</summary>
public static class ModelReports
{
    /// <summary>How far back a report goes that names no beginning.</summary>
    public static readonly TimeSpan UsualSpan = TimeSpan.FromDays(30);

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <exception cref="Problem">NotFound.</exception>
    public static async Task<ModelReport> Of(DataCentre centre, ModelId model, DateTimeOffset? from, DateTimeOffset? to, Caller caller, CancellationToken cancellationToken)
    {
        if (centre.Models.StagesOf(model).Count == 0)
            throw new Problem(ProblemKind.NotFound, "There is no such model; GET /api/models lists them.", where: "id");
        var now = centre.Time.GetUtcNow();

        // What was said this very millisecond belongs to a report of now.
        var until = to ?? now.AddSeconds(1);
        var since = from ?? until - UsualSpan;
        var said = await centre.AnswerCounts.Said(null, since, until, caller, cancellationToken);
        var taken = FeedbackReport.Of(since, until, said, await centre.AnswerCounts.Feedback(null, since, until, caller, cancellationToken));
        var overrides = taken.By.Where(rates => rates.Model == model.Value).Select(rates => new OverrideRow(rates.Version, rates.Unit, rates.Cards, rates.Overridden.Count)).ToList();
        var reading = new ReportReading(new ModelAnswers(centre.Store), new SilentScores(centre.Store), new ModelOutcomes(centre.Store), new StoredOutcomes(centre.Store), new ModelChanges(centre.Store));
        var span = new ReportSpan(since, until, now, overrides, centre.SilentScoring.Dropped);
        return ReportMaking.Of(await reading.Read(model, centre.Models, span, caller, cancellationToken));
    }

    public static string Json(ModelReport report) => JsonSerializer.Serialize(report, Options);
}
