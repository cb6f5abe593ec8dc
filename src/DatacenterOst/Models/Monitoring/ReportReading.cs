using DatacenterOst.Access;
using DatacenterOst.Store.Models;

namespace DatacenterOst.Models.Monitoring;

/// <summary>Reads what a report is made of: answers, silent scores, outcomes and changes.</summary>
public sealed class ReportReading(ModelAnswers answers, SilentScores silent, ModelOutcomes outcomes, StoredOutcomes stored, ModelChanges changes)
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
        ScoredRow[] rows = [.. shown.Select(Row), .. beside.Select(Row)];
        return new ReportInput(model.Value, span.From, span.To, span.MadeAt)
        {
            Rows = rows,
            Stored = await Stored(staged, rows, shown, span.MadeAt, notes, caller, cancellationToken),
            Outcomes = await outcomes.Of(model.Value, span.From, caller, cancellationToken),
            Overrides = span.Overrides,
            Versions = [.. staged.Select(one => new MonitoredVersion(
                one.Package.Id.Version, one.Package.Id.Hash, one.Stage.ToString().ToLowerInvariant(), one.Package.Reference is { } reference ? ReferenceData.Of(reference) : null, one.Package.Monitoring))],
            History = await changes.History(model.Value, cancellationToken),
            Notes = notes,
            Dropped = span.Dropped,
        };
    }

    private async Task<Dictionary<(string Hash, Guid Run), bool>> Stored(
        IReadOnlyList<LifeCycle.StagedPackage> staged, ScoredRow[] rows, IReadOnlyList<ModelAnswer> shown, DateTimeOffset now, List<string> notes, Caller caller, CancellationToken cancellationToken)
    {
        var found = new Dictionary<(string Hash, Guid Run), bool>();

        // A score in silence stands beside an answer to the same call.
        var names = new Dictionary<long, string>();
        foreach (var answer in shown) names[answer.Subject] = answer.PatientName;
        foreach (var package in staged.Select(one => one.Package).Where(package => package.Card.OutcomeFacts is not null))
        {
            ScoredRow[] own = [.. rows.Where(row => row.Estimate.Hash == package.Id.Hash && row.Estimate.Score is not null)];
            var outcomes = await stored.Read(package.Card.OutcomeFacts!, own, names, now, caller, cancellationToken);
            foreach (var (run, came) in outcomes) found[(package.Id.Hash, run)] = came;
            if (own.Length > 0) notes.Add(FormattableString.Invariant($"Version {package.Id.Version}: of {own.Length} estimates the record says of {outcomes.Count} what came within the horizon."));
            if (own.Select(row => row.Subject).Distinct().Count() > StoredOutcomes.MaxPatients) notes.Add($"Only the records of {StoredOutcomes.MaxPatients} patients were looked into; ask for a shorter time.");
        }

        return found;
    }

    private static ScoredRow Row(ModelAnswer answer) => new(answer.Run, answer.Subject, answer.AnsweredAt, answer.AsOf, EstimateBody.Read(answer.Body))
    {
        Patient = answer.Patient,
        Unit = answer.Unit,
        IsSilent = false,
        Milliseconds = answer.Took / 1000.0,
    };

    private static ScoredRow Row(SilentScore score) => new(score.Run, score.Subject, score.ScoredAt, score.AsOf, EstimateBody.Read(score.Body))
    {
        Patient = score.Patient,
        Unit = score.Unit,
        IsSilent = true,
        Milliseconds = score.Took / 1000.0,
    };
}

/// <summary>Over which time a report is, and what its maker knows beside the records.</summary>
/// <param name="Dropped">Requests that this node did not score in silence.</param>
public sealed record ReportSpan(DateTimeOffset From, DateTimeOffset To, DateTimeOffset MadeAt, IReadOnlyList<OverrideRow> Overrides, long Dropped);
