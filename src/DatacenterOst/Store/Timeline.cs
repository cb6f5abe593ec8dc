using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Packs;

namespace DatacenterOst.Store;

/// <summary>Reads what is known of a patient, as of any instant.</summary>
public sealed class Timeline(StoreDatabase database)
{
    private readonly TimelineText text = new(database.Dialect);

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
            if (facts.Count > TimelineQuery.MaxFacts) throw TooMuch();
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
            var isPacked = query.Concepts.Count > 0 && database.Packs.Has(patient);
            var packed = new PackedReading(reading, query, asOf);
            var asked = isPacked
                ? Question.Of(text.OfSomePacked, command => Fill(command, patient, query, asOf), packed.Take, packed.Restart)
                : Question.Of(TextFor(query), command => Fill(command, patient, query, asOf), packed.TakeRow, packed.Restart);
            await database.Dialect.Ask([about, asked], cancellationToken);
            if (known.Count == 0) throw new Problem(ProblemKind.NotFound, "there is no such patient");
            if (packed.IsTooMuch) throw TooMuch();
            if (packed.IsBroken)
            {
                database.Packs.Distrust(patient, query.Concepts);
                continue;
            }

            if (await reading.LoadUnknown(cancellationToken)) continue;
            if (query.Concepts.Count > 0) database.Packs.Tell(patient, query.Concepts, packed.Rows);
            return (known[0], packed.Facts);
        }
    }

    private static Problem TooMuch() =>
        new(ProblemKind.TooCostly, $"the patient has more than {TimelineQuery.MaxFacts} facts there; ask for fewer codes or a shorter time");

    private string TextFor(TimelineQuery query) => query.Concepts.Count == 0 ? text.OfAll : text.OfSome;

    // A result that was moved out of what is asked for, or into it, was brought along; nearly always there is none.
    private static IReadOnlyList<Fact> Resolved(List<Fact> stored, TimelineQuery query, AsOf asOf)
    {
        var resolved = TimelineResolution.Resolve(stored, asOf);
        var asked = new AskedFacts(query);
        return resolved.All(asked.Has) ? resolved : [.. resolved.Where(asked.Has)];
    }

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
}

/// <summary>A patient as the store knows them: who they are, and what holds of them.</summary>
/// <param name="FhirId">The id of their Patient resource.</param>
public sealed record Chart(PatientId Patient, string FhirId, Demographics Demographics, IReadOnlyList<Fact> Facts)
{
    public override string ToString() => nameof(Chart);
}
