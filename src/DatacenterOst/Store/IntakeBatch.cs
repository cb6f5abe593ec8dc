using DatacenterOst.Clinical;
using DatacenterOst.Normalise;
using DatacenterOst.Sources;
using DatacenterOst.Store.Made;

namespace DatacenterOst.Store;

/// <summary>Writes one batch: raw bytes, resources, facts and rejections in one durable transaction.</summary>
/// <param name="disowned">
/// References (<c>Patient/1</c>) whose Patient turned out to be somebody else than the one known by it, in this ingest so far.
/// </param>
internal sealed class IntakeBatch(
    StoreDatabase database, string profile, IReadOnlyList<Arrival> arrivals, IntakeRules rules, HashSet<string> disowned)
{
    private readonly Vocabulary words = database.Vocabulary;
    private readonly IStoreDialect dialect = database.Dialect;

    public async Task<IReadOnlyList<RecordInHand>> Write(CancellationToken cancellationToken)
    {
        await Number(cancellationToken);
        var transaction = await dialect.Begin(cancellationToken);
        try
        {
            var (matches, isCommitted) = await Match(transaction, cancellationToken);
            if (isCommitted)
            {
                await transaction.DisposeAsync();
                transaction = await dialect.Begin(cancellationToken);
            }

            return await Write(transaction, Owned(matches), cancellationToken);
        }
        finally
        {
            await transaction.DisposeAsync();
        }
    }

    /// <summary>Decides for all records whose they are, notes who is new, and divides them.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<Matched>>> Divide(CancellationToken cancellationToken)
    {
        await Number(cancellationToken);
        await using var transaction = await dialect.Begin(cancellationToken);
        var (matches, _) = await Match(transaction, cancellationToken);
        return BatchParts.Of(Owned(matches), dialect);
    }

    /// <summary>Writes one part of what was divided.</summary>
    public async Task<IReadOnlyList<RecordInHand>> Write(IReadOnlyList<Matched> part, CancellationToken cancellationToken)
    {
        await using var transaction = await dialect.Begin(cancellationToken);
        return await Write(transaction, part, cancellationToken);
    }

    private async Task<IReadOnlyList<RecordInHand>> Write(StoreTransaction transaction, IReadOnlyList<Matched> matched, CancellationToken cancellationToken)
    {
        var records = matched.Select(record => new RecordInHand(record.Arrival, profile, record.Match)).ToList();
        await WriteRecords(transaction, records, cancellationToken);
        await transaction.Commit(cancellationToken);
        return records;
    }

    private Task Number(CancellationToken cancellationToken) => words.Number(
        profile, [.. arrivals.SelectMany(arrival => arrival.Record.Items).SelectMany(item => item.Findings).Select(placed => placed.Finding)], cancellationToken);

    private Task<(IReadOnlyList<PatientMatch> Matches, bool IsCommitted)> Match(StoreTransaction transaction, CancellationToken cancellationToken) =>
        new PatientDirectory(database).Resolve(
            transaction, [.. arrivals.Select(PatientClaim.Of).OfType<PatientClaim>()], words.Profiles.NumberOf(profile), rules.Extent, cancellationToken);

    private List<Matched> Owned(IReadOnlyList<PatientMatch> matches)
    {
        var claims = arrivals.Where(arrival => arrival.Record.Raw.Patient is not null).Select(arrival => arrival.Record.Raw.Patient!).ToList();
        disowned.UnionWith(claims.Where((claim, order) => claim.Reference is not null && matches[order].Reason == RejectionReasons.PatientMismatch)
            .Select(claim => claim.Reference!));
        var next = 0;
        return [.. arrivals.Select(arrival => new Matched(arrival, arrival.Record.Raw.Patient is null ? null : Owned(arrival.Record.Raw.Patient, matches[next++])))];
    }

    private async Task WriteRecords(StoreTransaction transaction, List<RecordInHand> records, CancellationToken cancellationToken)
    {
        var items = records.SelectMany(record => record.Items).ToList();
        var stamps = new Stamps(database.Clock.Take(items.Sum(item => 1 + (2 * item.Findings.Count))));
        var versions = new ResourceVersions();
        var facts = new BatchFacts(words, profile, stamps);
        var raws = new BatchRaws(words.Profiles.NumberOf(profile), records);
        await Look(transaction, records, raws, versions, facts, cancellationToken);

        var rows = new ResourceRows(dialect);
        var resources = new BatchResources(versions, rows, stamps, database.Indexed, words.Profiles.NumberOf(profile));
        items.Where(item => item.Resource is not null).ToList().ForEach(resources.Take);
        rules.Check(records);

        items.ForEach(facts.Take);
        var made = new MadeResources(versions, rows, stamps, database.Indexed);
        var ids = records.Where(record => record.Match is not null).DistinctBy(record => record.Patient).ToDictionary(record => record.Patient.Value, record => record.Match!.FhirId);
        facts.Alone.ForEach(fact => made.Add(fact, ids[fact.Patient]));
        await transaction.Insert(raws.Rows(), WhatIsThere.Stays, cancellationToken);
        await rows.Write(transaction, cancellationToken);
        await transaction.Insert(facts.Rows, WhatIsThere.Stays, cancellationToken);
        await transaction.Insert(facts.Moved(), WhatIsThere.Stays, cancellationToken);
        await WriteRejections(transaction, records, cancellationToken);
    }

    // What is there already of all that could have come before, in one trip. Of what was given its id just now nothing can be there.
    private async Task Look(
        StoreTransaction transaction, List<RecordInHand> records, BatchRaws raws, ResourceVersions versions, BatchFacts facts, CancellationToken cancellationToken)
    {
        var known = records.Where(record => !record.Arrival.Write.IsOfNewId).ToList();
        var items = known.SelectMany(record => record.Items).ToList();
        await dialect.Lock(transaction, known.SelectMany(Locks), cancellationToken);
        await raws.Ask(transaction, known, cancellationToken);
        await versions.Ask(transaction, [.. items.SelectMany(Keys).Distinct()], cancellationToken);
        await facts.Ask(transaction, items, cancellationToken);
        await transaction.Send(cancellationToken);
        raws.Loaded();
        versions.Loaded();
        facts.Loaded();
    }

    // Where the Patient of a reference was refused, what else comes under it is that other person's too.
    private PatientMatch Owned(RawPatient claim, PatientMatch match) => match.Reason is null && claim.Reference is { } reference && disowned.Contains(reference)
        ? new PatientMatch(
            PatientId.None, RejectionReasons.PatientMismatch,
            "the Patient of this reference is somebody else than the one known by it here; give the sender's patients ids of their own", "reference")
        : match;

    // What two transactions must not decide about at a time: a patient's facts, or a resource that is about nobody.
    private static IEnumerable<long> Locks(RecordInHand record) => record.Patient.IsNone
        ? record.Items.Where(item => item.Resource is not null).Select(item => (long)(ulong)new KeyText(64).Add(item.Resource!.TypeName).Add(item.Resource.Id).Hash())
        : [record.Patient.Value];

    // The resource that an item is, or the Observations that are made of its results.
    private static IEnumerable<(string Type, string Id)> Keys(ItemInHand item) => item.Resource is not null
        ? [BatchResources.KeyOf(item)]
        : item.Findings.Where(placed => placed.Finding.Kind == FactKind.Measurement)
            .Select(placed => (MadeResources.Observation, MadeObservation.IdOf(item.Record.Patient, FactKeys.OfResult(placed.Finding.ResultId))));

    private async Task WriteRejections(StoreTransaction transaction, List<RecordInHand> records, CancellationToken cancellationToken)
    {
        var rows = new StagedRows(StagingTable.Rejections);
        var repaired = new StagedRows(StagingTable.Repaired);
        var still = new StagedRows(StagingTable.StillRejected);
        var number = words.Profiles.NumberOf(profile);
        foreach (var record in records.DistinctBy(record => (record.Patient, record.Raw)))
        {
            var seen = new Dictionary<(string, string), int>();
            foreach (var rejection in record.Items.SelectMany(item => item.Rejections))
            {
                var ordinal = seen[(rejection.Reason, rejection.Subject)] = seen.GetValueOrDefault((rejection.Reason, rejection.Subject)) + 1;
                var key = FactKeys.OfRejection(record.Raw, rejection.Reason, rejection.Subject, ordinal);
                rows.Add(record.Patient.Value).Add(Instants.Micros(record.ReceivedAt)).Add((long?)null).Add(number)
                    .Add(KeyBytes.Of(key)).Add(KeyBytes.Of(record.Raw.Value))
                    .Add(rejection.Reason).Add(rejection.Place).Add(rejection.Message).Add(rejection.Subject);
                still.Add(record.Patient.Value).Add(KeyBytes.Of(key));
            }

            if (record.WasThere)
            {
                repaired.Add(record.Patient.Value).Add(KeyBytes.Of(record.Raw.Value));
                if (!record.Patient.IsNone)
                {
                    repaired.Add(PatientId.None.Value).Add(KeyBytes.Of(record.Raw.Value));
                }
            }
        }

        if (repaired.Count > 0)
        {
            await Repair(transaction, repaired, still, cancellationToken);
        }

        await transaction.Insert(rows, WhatIsThere.Stays, cancellationToken);
    }

    // A record that comes again and is understood this time closes what was held against it.
    private async Task Repair(StoreTransaction transaction, StagedRows repaired, StagedRows stillRejected, CancellationToken cancellationToken)
    {
        transaction.Stage(repaired);
        transaction.Stage(stillRejected);
        var still = stillRejected.Count == 0 ? "" : """
            and not exists (select 1 from staged_still_rejected r
                where r.patient_key = rejection.patient_key and r.rejection_key = rejection.rejection_key)
            """;
        await transaction.Command($"""
            update rejection set repaired_at = @now where repaired_at is null
            and exists (select 1 from staged_repaired s where s.patient_key = rejection.patient_key and s.raw_key = rejection.raw_key)
            {still}
            """, ("@now", Instants.Micros(database.Time.GetUtcNow()))).Execute(cancellationToken);
    }
}
