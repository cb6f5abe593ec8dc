using DatacenterOst.Access;
using DatacenterOst.Store.Models;

namespace DatacenterOst.Models.Monitoring;

/// <summary>Reads what a report is made of: answers, silent scores, outcomes and changes.</summary>
public sealed class ReportReading(ModelAnswers answers, SilentScores silent, ModelOutcomes outcomes, ModelChanges changes)
{
    public async Task<ReportInput> Read(ModelId model, ModelCatalogue catalogue, ReportSpan span, Caller caller, CancellationToken cancellationToken)
    {
        var staged = catalogue.StagesOf(model);
        var names = staged.Select(one => $"{model} {one.Package.Id.Version}").Distinct(StringComparer.Ordinal).ToList();
        var shown = await answers.Of(names, span.From, span.To, caller, cancellationToken);
        var beside = await silent.Of(names, span.From, span.To, caller, cancellationToken);
        var notes = new List<string>();
        if (shown.Count == ModelAnswers.MaxRead) notes.Add($"Only the newest {ModelAnswers.MaxRead} answers were looked at; ask for a shorter time.");
        if (beside.Count == SilentScores.MaxRead) notes.Add($"Only the newest {SilentScores.MaxRead} silent scores were looked at; ask for a shorter time.");
        return new ReportInput(model.Value, span.From, span.To, span.MadeAt)
        {
            Rows = [.. shown.Select(Row), .. beside.Select(Row)],
            Outcomes = await outcomes.Of(model.Value, span.From, caller, cancellationToken),
            Overrides = span.Overrides,
            Versions = [.. staged.Select(one => new MonitoredVersion(
                one.Package.Id.Version, one.Package.Id.Hash, one.Stage.ToString().ToLowerInvariant(), one.Package.Reference is { } reference ? ReferenceData.Of(reference) : null, one.Package.Monitoring))],
            History = await changes.History(model.Value, cancellationToken),
            Notes = notes,
            Dropped = span.Dropped,
        };
    }

    private static ScoredRow Row(ModelAnswer answer) => new(answer.Run, answer.Subject, answer.AnsweredAt, answer.AsOf, EstimateBody.Read(answer.Body))
    {
        Unit = answer.Unit,
        IsSilent = false,
        Milliseconds = answer.Took / 1000.0,
    };

    private static ScoredRow Row(SilentScore score) => new(score.Run, score.Subject, score.ScoredAt, score.AsOf, EstimateBody.Read(score.Body))
    {
        Unit = score.Unit,
        IsSilent = true,
        Milliseconds = score.Took / 1000.0,
    };
}

/// <summary>Over which time a report is, and what its maker knows beside the records.</summary>
/// <param name="Dropped">Requests that this node did not score in silence.</param>
public sealed record ReportSpan(DateTimeOffset From, DateTimeOffset To, DateTimeOffset MadeAt, IReadOnlyList<OverrideRow> Overrides, long Dropped);
