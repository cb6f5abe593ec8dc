using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models.Monitoring;
using DatacenterOst.Store;
using DatacenterOst.Store.Models;

namespace DatacenterOst.Models.Batch;

/// <summary>How far a run is.</summary>
/// <param name="Before">Scored in an earlier start of the same run.</param>
public sealed record BatchProgress(int Scored, int Before, int Abstained);

/// <summary>
/// Scores a cohort as of one instant, by the same reading and the same evaluation as a request. A run is known by its package, instant and
/// cohort: started again after a kill it goes on, and scores nobody twice.
/// </summary>
public sealed class BatchScoring(StoreDatabase database, BatchRuns runs, TimeProvider time)
{
    /// <summary>Patients that are scored at a time.</summary>
    public const int MaxParallel = 16;

    /// <summary>Patients that are named one by one; more are all.</summary>
    public const int MaxNamed = 5_000_000;

    private readonly Timeline timeline = new(database);
    private readonly PatientDirectory directory = new(database);
    private readonly FactReferences references = new(database);

    /// <summary>The identity of a run, the same whenever and wherever it is started.</summary>
    /// <param name="cohort">Null for all patients of the store.</param>
    public static string IdOf(PackageId package, DateTimeOffset asOf, IReadOnlyList<PatientId>? cohort)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.UTF8.GetBytes($"{package.Model}\n{package.Version}\n{package.Hash}\n{asOf.ToString("O", CultureInfo.InvariantCulture)}\n"));
        if (cohort is null) sha.AppendData("all"u8);
        else foreach (var patient in cohort.Distinct().Order(Comparer<PatientId>.Create((one, other) => one.Value.CompareTo(other.Value)))) sha.AppendData(BitConverter.GetBytes(patient.Value));
        return Convert.ToHexStringLower(sha.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>Scores who is not scored yet. What is counted is durable.</summary>
    /// <param name="cohort">Null for all patients of the store.</param>
    /// <exception cref="Problem">Invalid.</exception>
    public async Task<BatchRun> Run(ModelPackage package, DateTimeOffset asOf, IReadOnlyList<PatientId>? cohort, int parallel, IProgress<BatchProgress>? progress, Caller caller, CancellationToken cancellationToken)
    {
        if (parallel is < 1 or > MaxParallel) throw new Problem(ProblemKind.Invalid, $"is from 1 to {MaxParallel}", where: "--parallel");
        if (cohort?.Count > MaxNamed) throw new Problem(ProblemKind.TooLarge, $"At most {MaxNamed} patients are named one by one; leave the file out for all.", where: "--patients");
        var id = IdOf(package.Id, asOf, cohort);
        var run = new BatchRun(id, package.Id.Model.Value, package.Id.Version, package.Id.Hash, asOf, cohort?.Count ?? 0) { StartedAt = time.GetUtcNow(), StartedBy = caller.Subject };
        await runs.Begin(run, cancellationToken);
        var (scored, before, abstained) = (0, 0, 0);
        await foreach (var page in Pages(cohort, caller, cancellationToken))
        {
            var done = await runs.Done(id, page, caller, cancellationToken);
            var left = page.Where(patient => !done.Contains(patient)).ToList();
            var scores = new BatchScore[left.Count];
            var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(Enumerable.Range(0, left.Count), options, async (place, stop) => scores[place] = await Score(package, left[place], asOf, caller, stop));
            if (left.Count > 0) await runs.Write(id, scores, caller, cancellationToken);
            (scored, before, abstained) = (scored + left.Count, before + done.Count, abstained + scores.Count(score => score.Score is null));
            progress?.Report(new BatchProgress(scored, before, abstained));
        }

        await runs.Finish(id, time.GetUtcNow(), cancellationToken);
        return await runs.Find(id, cancellationToken) ?? throw new UnreachableException();
    }

    /// <summary>What a request from the store would be evaluated on.</summary>
    public async Task<(string FhirId, History History)> History(ModelPackage package, PatientId patient, DateTimeOffset asOf, Caller caller, CancellationToken cancellationToken)
    {
        var chart = await timeline.Chart(patient, package.Needs.Query(asOf), AsOf.KnownBy(asOf), caller, cancellationToken);
        return (chart.FhirId, new History(patient, chart.Demographics, chart.Facts));
    }

    private async Task<BatchScore> Score(ModelPackage package, PatientId patient, DateTimeOffset asOf, Caller caller, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var (fhirId, history) = await History(package, patient, asOf, caller, cancellationToken);
        var estimate = package.Score(package.Features.Evaluate(history, asOf));
        var used = estimate.Values.Values.SelectMany(value => value.Facts).ToList();
        var basis = await references.Of(patient, used, caller, cancellationToken);
        return new BatchScore(patient, estimate.Score, Body(fhirId, estimate, basis)) { ScoredAt = time.GetUtcNow(), Took = (int)Math.Min(time.GetElapsedTime(began).TotalMicroseconds, int.MaxValue) };
    }

    private static byte[] Body(string patient, RiskEstimate estimate, IReadOnlyList<string> basis)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("patient"u8, patient);
            json.WriteStartArray("basis"u8);
            foreach (var reference in basis) json.WriteStringValue(reference);
            json.WriteEndArray();
            EstimateBody.Write(json, estimate);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private async IAsyncEnumerable<IReadOnlyList<PatientId>> Pages(IReadOnlyList<PatientId>? cohort, Caller caller, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (cohort is not null)
        {
            foreach (var page in cohort.Distinct().Chunk(BatchRuns.PageSize)) yield return page;
            yield break;
        }

        PatientId? after = null;
        while (await runs.Patients(after, caller, cancellationToken) is { Count: > 0 } page)
        {
            yield return page;
            after = page[^1];
        }
    }
}
