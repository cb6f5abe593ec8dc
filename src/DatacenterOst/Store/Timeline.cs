using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>Reads what is known of a patient, as of any instant.</summary>
public sealed class Timeline(StoreDatabase database)
{
    private readonly string ofAll = Text("");
    private readonly string ofSome = Text(OfWanted(database.Dialect));

    /// <summary>
    /// The facts that hold from that point of view: corrections applied, retracted ones gone, doublets counted once,
    /// ordered by ObservedAt. ResultId of a fact that was read is a hash of the source's own.
    /// </summary>
    /// <exception cref="Problem">TooCostly when there are more than <see cref="TimelineQuery.MaxFacts"/>.</exception>
    public async Task<IReadOnlyList<Fact>> Read(
        PatientId patient, TimelineQuery query, AsOf asOf, Caller caller, CancellationToken cancellationToken)
    {
        return Resolved(await ReadStored(patient, query, asOf, caller, cancellationToken), query, asOf);
    }

    /// <summary>
    /// Every fact of the part of the timeline that is asked for, also those corrected since, and of the same results
    /// those that a correction moved elsewhere; ordered by KnownAt, then StoredAt.
    /// </summary>
    public async Task<IReadOnlyList<Fact>> ReadUnresolved(
        PatientId patient, TimelineQuery query, AsOf asOf, Caller caller, CancellationToken cancellationToken)
    {
        return InOrder(await ReadStored(patient, query, asOf, caller, cancellationToken));
    }

    /// <summary>Who the patient is, and what holds of them: what features are made of.</summary>
    /// <exception cref="Problem">As <see cref="Read"/>; NotFound for a patient that nobody knows.</exception>
    public async Task<Chart> Chart(
        PatientId patient, TimelineQuery query, AsOf asOf, Caller caller, CancellationToken cancellationToken)
    {
        var (known, stored) = await ReadWithPatient(patient, query, asOf, caller, cancellationToken);
        return new Chart(patient, known.FhirId, known.Demographics, Resolved(stored, query, asOf));
    }

    /// <summary>As <see cref="Chart"/>, with the facts of <see cref="ReadUnresolved"/>.</summary>
    public async Task<Chart> UnresolvedChart(
        PatientId patient, TimelineQuery query, AsOf asOf, Caller caller, CancellationToken cancellationToken)
    {
        var (known, stored) = await ReadWithPatient(patient, query, asOf, caller, cancellationToken);
        return new Chart(patient, known.FhirId, known.Demographics, InOrder(stored));
    }

    private async Task<List<Fact>> ReadStored(
        PatientId patient, TimelineQuery query, AsOf asOf, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(caller);
        while (true)
        {
            var reading = new FactReading(patient, database.Vocabulary);
            var facts = await database.Dialect.Query(TextFor(query), command => Fill(command, patient, query, asOf), reading.Read, cancellationToken);
            RequireFew(facts);
            if (!await reading.LoadUnknown(cancellationToken)) return facts;
        }
    }

    private async Task<(KnownPatient Patient, List<Fact> Facts)> ReadWithPatient(
        PatientId patient, TimelineQuery query, AsOf asOf, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(caller);
        while (true)
        {
            var reading = new FactReading(patient, database.Vocabulary);
            var about = PatientDirectory.Question(patient, out var known);
            var asked = Question.Of(TextFor(query), command => Fill(command, patient, query, asOf), reading.Read, out var facts);
            await database.Dialect.Ask([about, asked], cancellationToken);
            if (known.Count == 0) throw new Problem(ProblemKind.NotFound, "there is no such patient");
            RequireFew(facts);
            if (!await reading.LoadUnknown(cancellationToken)) return (known[0], facts);
        }
    }

    private static void RequireFew(List<Fact> facts)
    {
        if (facts.Count > TimelineQuery.MaxFacts)
        {
            throw new Problem(
                ProblemKind.TooCostly, $"the patient has more than {TimelineQuery.MaxFacts} facts there; ask for fewer codes or a shorter time");
        }
    }

    private string TextFor(TimelineQuery query) => query.Concepts.Count == 0 ? ofAll : ofSome;

    // A correction may move a result to another time or code. The second part brings those along, so that the
    // value which was corrected is not taken for valid because its correction lies outside of the window. Few
    // patients have such a result, and for the others it costs one look into an index.
    private static string Text(string concepts) =>
        $"""
        select {FactReading.Columns} from fact f
        where f.patient_key = @patient and f.observed_at between @from and @to {concepts}
        and f.known_at <= @known and f.stored_at <= @stored
        union all
        select {FactReading.Columns} from moved_result m cross join fact f
        where m.patient_key = @patient and f.patient_key = m.patient_key and f.result_key = m.result_key
        and f.known_at <= @known and f.stored_at <= @stored
        and not (f.observed_at between @from and @to {concepts})
        limit @limit
        """;

    private static string OfWanted(IStoreDialect dialect) => "and " + dialect.AnyOf("f.concept_id", $"""
        select c.concept_id from {dialect.WantedCodes} join concept c on c.system = wanted.system and c.code = wanted.code
        """);

    private static IReadOnlyList<Fact> Resolved(List<Fact> stored, TimelineQuery query, AsOf asOf) =>
        [.. TimelineResolution.Resolve(stored, asOf).Where(fact => IsAsked(fact, query))];

    private static IReadOnlyList<Fact> InOrder(List<Fact> stored) =>
        [.. stored.OrderBy(fact => fact.Finding.KnownAt).ThenBy(fact => fact.StoredAt).ThenBy(fact => fact.Key.Value)];

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

/// <summary>A patient as the store knows them: who they are, and what holds of them.</summary>
/// <param name="FhirId">The id of their Patient resource.</param>
public sealed record Chart(PatientId Patient, string FhirId, Demographics Demographics, IReadOnlyList<Fact> Facts)
{
    public override string ToString() => nameof(Chart);
}
