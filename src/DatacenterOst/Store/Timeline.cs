using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>Reads what is known of a patient, as of any instant.</summary>
public sealed class Timeline(StoreDatabase database)
{
    /// <summary>
    /// The facts that hold from that point of view: corrections applied, retracted ones gone, doublets counted once,
    /// ordered by ObservedAt. ResultId of a fact that was read is a hash of the source's own.
    /// </summary>
    /// <exception cref="Problem">TooCostly when there are more than <see cref="TimelineQuery.MaxFacts"/>.</exception>
    public async Task<IReadOnlyList<Fact>> Read(
        PatientId patient, TimelineQuery query, AsOf asOf, Caller caller, CancellationToken cancellationToken)
    {
        var stored = await ReadStored(patient, query, asOf, caller, cancellationToken);
        var resolved = TimelineResolution.Resolve(stored.Select(fact => fact.Fact), asOf);
        return [.. resolved.Where(fact => IsAsked(fact, query))];
    }

    /// <summary>
    /// Every fact of the part of the timeline that is asked for, also those corrected since, and of the same results
    /// those that a correction moved elsewhere; ordered by KnownAt, then StoredAt.
    /// </summary>
    public async Task<IReadOnlyList<Fact>> ReadUnresolved(
        PatientId patient, TimelineQuery query, AsOf asOf, Caller caller, CancellationToken cancellationToken)
    {
        var stored = await ReadStored(patient, query, asOf, caller, cancellationToken);
        return [.. stored.Select(fact => fact.Fact).OrderBy(fact => fact.Finding.KnownAt).ThenBy(fact => fact.StoredAt).ThenBy(fact => fact.Key.Value)];
    }

    /// <summary>Who the patient is, and what holds of them: what features are made of.</summary>
    public async Task<(PatientRecord Patient, IReadOnlyList<Fact> Facts)> History(
        PatientId patient, TimelineQuery query, AsOf asOf, Caller caller, CancellationToken cancellationToken)
    {
        var record = await new PatientDirectory(database).Get(patient, caller, cancellationToken);
        return (record, await Read(patient, query, asOf, caller, cancellationToken));
    }

    internal async Task<List<StoredFact>> ReadStored(
        PatientId patient, TimelineQuery query, AsOf asOf, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(caller);
        var dialect = database.Dialect;

        // A correction may move a result to another time or code. The second part brings those along, so that the
        // value which was corrected is not taken for valid because its correction lies outside of the window. Few
        // patients have such a result, and for the others it costs one look into an index.
        var concepts = query.Concepts.Count == 0 ? "" : "and " + dialect.AnyOf("f.concept_id", $"""
            select c.concept_id from {dialect.WantedCodes} join concept c on c.system = wanted.system and c.code = wanted.code
            """);
        var text = $"""
            select {FactRow.Columns} from fact f
            where f.patient_key = @patient and f.observed_at between @from and @to {concepts}
            and f.known_at <= @known and f.stored_at <= @stored
            union all
            select {FactRow.Columns} from moved_result m cross join fact f
            where m.patient_key = @patient and f.patient_key = m.patient_key and f.result_key = m.result_key
            and f.known_at <= @known and f.stored_at <= @stored
            and not (f.observed_at between @from and @to {concepts})
            limit @limit
            """;
        var rows = await dialect.Query(text, command => Fill(command, patient, query, asOf), FactRow.Read, cancellationToken);
        if (rows.Count > TimelineQuery.MaxFacts)
        {
            throw new Problem(
                ProblemKind.TooCostly, $"the patient has more than {TimelineQuery.MaxFacts} facts there; ask for fewer codes or a shorter time");
        }

        return await FactRow.Facts(rows, database.Vocabulary, cancellationToken);
    }

    private void Fill(DbCommand command, PatientId patient, TimelineQuery query, AsOf asOf)
    {
        command.With("@patient", patient.Value)
            .With("@from", Instants.Micros(query.ObservedFrom)).With("@to", Instants.Micros(query.ObservedTo))
            .With("@known", Instants.Micros(asOf.Known)).With("@stored", Instants.Micros(asOf.Stored))
            .With("@limit", TimelineQuery.MaxFacts + 1);
        if (query.Concepts.Count > 0)
        {
            database.Dialect.AddCodes(command, query.Concepts);
        }
    }

    private static bool IsAsked(Fact fact, TimelineQuery query) =>
        fact.Finding.ObservedAt >= Instants.Kept(query.ObservedFrom)
        && fact.Finding.ObservedAt <= query.ObservedTo
        && (query.Concepts.Count == 0 || query.Concepts.Contains(fact.Finding.Concept.Code));
}
