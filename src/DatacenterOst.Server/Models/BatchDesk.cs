using System.Text;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Models.Batch;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Store;
using DatacenterOst.Store.Models;

namespace DatacenterOst.Server.Models;

/// <param name="Csv">File of the scores; null for none.</param>
/// <param name="Ndjson">File of RiskAssessment resources; null for none.</param>
/// <param name="Store">Whether the resources go into the store.</param>
public sealed record BatchTargets(string? Csv, string? Ndjson, bool Store);

/// <param name="Cohort">Null for all patients of the store.</param>
public sealed record BatchAsk(DateTimeOffset AsOf, IReadOnlyList<PatientId>? Cohort, int Parallel, BatchTargets Targets);

/// <param name="Written">Resources that are new in the store, or another version there.</param>
public sealed record BatchDone(string Run, int Patients, int Scored, int Resources, int Written);

/// <summary>A batch run with what comes of it. Files appear whole or not at all.</summary>
public static class BatchDesk
{
    /// <summary>Resources in one transaction.</summary>
    private const int MaxTogether = 100;

    /// <summary>The patients of a file, a logical id or system|value a line; null for all.</summary>
    /// <exception cref="Problem">NotFound, with the line.</exception>
    public static async Task<IReadOnlyList<PatientId>?> Cohort(DataCentre centre, string patients, CancellationToken cancellationToken)
    {
        if (patients == "all") return null;
        if (!File.Exists(patients)) throw new Problem(ProblemKind.NotFound, "There is no such file; give one patient a line, or all.", where: "--patients");
        var found = new List<PatientId>();
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(patients, cancellationToken))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            var text = line.Trim();
            var bar = text.IndexOf('|', StringComparison.Ordinal);
            var patient = bar < 0
                ? await centre.Patients.FindReference($"Patient/{text}", Caller.Loopback, cancellationToken)
                : await centre.Patients.Find(new Identifier(text[..bar], text[(bar + 1)..]), Caller.Loopback, cancellationToken);
            found.Add(patient ?? throw new Problem(ProblemKind.NotFound, "no patient has that id", where: FormattableString.Invariant($"{patients}:{number}")));
            if (found.Count > BatchScoring.MaxNamed) throw new Problem(ProblemKind.TooLarge, $"At most {BatchScoring.MaxNamed} patients are named one by one.", where: "--patients");
        }

        return found;
    }

    public static async Task<BatchDone> Run(DataCentre centre, ModelPackage package, BatchAsk ask, IProgress<BatchProgress>? progress, CancellationToken cancellationToken)
    {
        // Opened first: a place that cannot be written is told before an hour of scoring.
        await using var csv = Target.Open(ask.Targets.Csv);
        await using var ndjson = Target.Open(ask.Targets.Ndjson);
        var runs = new BatchRuns(centre.Store);
        var run = await new BatchScoring(centre.Store, runs, centre.Time).Run(package, ask.AsOf, ask.Cohort, ask.Parallel, progress, Caller.Loopback, cancellationToken);
        var (patients, scored, resources, written) = (0, 0, 0, 0);
        await csv.Write(Encoding.UTF8.GetBytes(BatchCsv.Head), cancellationToken);
        PatientId? after = null;
        while (await runs.Scores(run.Id, after, Caller.Loopback, cancellationToken) is { Count: > 0 } page)
        {
            var made = new List<byte[]>();
            foreach (var line in page.Select(BatchLine.Of))
            {
                patients++;
                if (line.Estimate.Score is not null) scored++;
                await csv.Write(Encoding.UTF8.GetBytes(BatchCsv.Line(line, package.Id, ask.AsOf)), cancellationToken);
                if (RiskAssessments.Write(line, package, ask.AsOf) is not { } resource) continue;
                made.Add(resource);
                await ndjson.Write((byte[])[.. resource, (byte)'\n'], cancellationToken);
            }

            resources += made.Count;
            if (ask.Targets.Store) written += await Keep(centre, made, cancellationToken);
            after = page[^1].Patient;
        }

        csv.Finish();
        ndjson.Finish();
        return new BatchDone(run.Id, patients, scored, resources, written);
    }

    // The id is made of what was scored, so what is there already is the same; another version is written only where it says something else.
    private static async Task<int> Keep(DataCentre centre, List<byte[]> resources, CancellationToken cancellationToken)
    {
        var written = 0;
        foreach (var part in resources.Chunk(MaxTogether))
        {
            var changes = new List<ResourceChange>();
            foreach (var body in part)
            {
                var record = centre.Writing.Record(body);
                var there = await centre.Resources.Read("RiskAssessment", FhirWriting.IdOf(body, "RiskAssessment")!, Caller.Loopback, cancellationToken);
                if (there is { IsDeleted: false } && there.Body.Span.SequenceEqual(body)) continue;
                changes.Add(new ResourceChange(ChangeKind.Update, record));
            }

            if (changes.Count > 0) await centre.Writes.WriteAll(FhirWriting.ProfileId, changes, Caller.Loopback, cancellationToken);
            written += changes.Count;
        }

        return written;
    }

    /// <summary>A file that takes its place when it is finished.</summary>
    private sealed class Target : IAsyncDisposable
    {
        private readonly string? path;
        private FileStream? file;

        private Target(string? path)
        {
            this.path = path;
            if (path is not null) file = new FileStream(path + ".part", FileMode.Create, FileAccess.Write, FileShare.None, 128 * 1024);
        }

        public static Target Open(string? path) => new(path);

        public ValueTask Write(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => file is null ? ValueTask.CompletedTask : file.WriteAsync(bytes, cancellationToken);

        public void Finish()
        {
            if (file is null) return;
            file.Dispose();
            file = null;
            File.Move(path + ".part", path!, overwrite: true);
        }

        public ValueTask DisposeAsync()
        {
            if (file is null) return ValueTask.CompletedTask;
            file.Dispose();
            File.Delete(path + ".part");
            return ValueTask.CompletedTask;
        }
    }
}
