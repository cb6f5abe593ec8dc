using System.CommandLine;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Models.Batch;
using DatacenterOst.Server.Http;
using DatacenterOst.Server.Models;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost model batch</c>: scores a cohort as of an instant. Started again after it was stopped, it goes on.</summary>
public static class ModelBatchCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "The model." };
        var asOf = new Option<string>("--as-of") { Description = "Nothing that was not known by this instant is used.", Required = true, HelpName = "INSTANT" };
        var version = new Option<string?>("--version") { Description = "A version of it (default: the active one)." };
        var patients = new Option<string>("--patients") { Description = "A file with a logical id or system|value a line, or all.", HelpName = "FILE", DefaultValueFactory = _ => "all" };
        var output = new Option<string?>("--out") { Description = "Write the scores as CSV.", HelpName = "FILE" };
        var fhir = new Option<string?>("--fhir") { Description = "Write RiskAssessment resources (FHIR R4), one a line.", HelpName = "FILE" };
        var keep = new Option<bool>("--store") { Description = "Put the RiskAssessment resources into the store." };
        var parallel = new Option<int>("--parallel") { Description = $"Patients at a time (1 to {BatchScoring.MaxParallel}).", DefaultValueFactory = _ => Math.Min(4, Environment.ProcessorCount) };
        var store = new StoreOptions();
        var command = new Command("batch", "Score many patients as of one instant, to CSV and to FHIR; the same run again goes on where it stopped.") { id, asOf, version, patients, output, fhir, keep, parallel };
        store.AddTo(command);
        command.SetAction((parsed, stop) => Refusal.OrResult(
            async cancellationToken =>
            {
                if (parsed.GetValue(output) is null && parsed.GetValue(fhir) is null && !parsed.GetValue(keep))
                    throw new Problem(ProblemKind.Invalid, "Say where the scores go: --out scores.csv, --fhir risk.ndjson or --store.");
                var instant = AnswerEndpoints.Instant(parsed.GetRequiredValue(asOf), "--as-of")!.Value;
                await using var centre = await DataCentre.Open(store.Read(parsed), TimeProvider.System, cancellationToken);
                var package = Package(centre, new ModelId(parsed.GetRequiredValue(id)), parsed.GetValue(version));
                var cohort = await BatchDesk.Cohort(centre, parsed.GetRequiredValue(patients), cancellationToken);
                var told = new Progress<BatchProgress>(progress => Console.Error.WriteLine(FormattableString.Invariant($"{progress.Before + progress.Scored} scored, {progress.Before} of them before, {progress.Abstained} without a number")));
                var done = await BatchDesk.Run(centre, package, new BatchAsk(instant, cohort, parsed.GetValue(parallel), new BatchTargets(parsed.GetValue(output), parsed.GetValue(fhir), parsed.GetValue(keep))), told, cancellationToken);
                Console.WriteLine(FormattableString.Invariant($"run {done.Run}: {done.Patients} patients, {done.Scored} with a score, {done.Resources} RiskAssessments, {done.Written} of them new or changed in the store"));
                return 0;
            },
            stop));
        return command;
    }

    private static ModelPackage Package(DataCentre centre, ModelId model, string? version)
        => (version is null ? centre.Models.LineupOf(model).Active?.Package : centre.Models.Find(model, version))
            ?? throw new Problem(ProblemKind.NotFound, version is null ? "No version of that model is active; name one with --version, or see `dost model list`." : "There is no such version; see `dost model list`.", where: model.Value);
}
