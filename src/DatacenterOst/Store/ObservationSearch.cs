using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Store;

/// <summary>
/// Finds a patient's Observations: those received as such, and results that came by other ways. The timeline decides
/// which there are, so a search and a model never disagree about what is known.
/// </summary>
public sealed class ObservationSearch(StoreDatabase database)
{
    /// <summary>The most Observations of a patient that no fact could be taken from; they are read one by one.</summary>
    public const int MaxWithoutFacts = 5_000;

    private readonly FactIds ids = new(database);

    /// <summary>One page. All pages of a search look at the store as it was for the first.</summary>
    public async Task<Page<ObservationRow>> Find(ObservationQuery query, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Count is < 1 or > ObservationQuery.MaxCount)
        {
            throw new Problem(ProblemKind.Invalid, $"_count is between 1 and {ObservationQuery.MaxCount}", where: "_count");
        }

        await ids.Load(cancellationToken);
        var cursor = PageCursor.Parse(query.Cursor);
        var now = database.Time.GetUtcNow();
        var asOf = new AsOf(DateTimeOffset.MaxValue, cursor?.Stored ?? DateTimeOffset.MaxValue);
        var facts = await new Timeline(database).ReadStored(
            query.Patient, new TimelineQuery([], DateTimeOffset.MinValue, DateTimeOffset.MaxValue), asOf, caller, cancellationToken);
        await using var connection = await database.Dialect.Open(cancellationToken);
        var without = await Resources.WithoutFacts(connection, query.Patient, asOf.Stored, MaxWithoutFacts, cancellationToken);

        // The first page sees everything, also what a node whose clock is ahead has stored; the next ones see the same.
        var seen = cursor?.Stored ?? facts.Select(fact => fact.Fact.StoredAt).Concat(without.Select(resource => resource.StoredAt)).Append(now).Max();
        var all = FromFacts(facts, asOf)
            .Where(found => found.Facts.Any(fact => Matches(query.Codes, fact)))
            .Concat(without.Select(FromResource).OfType<Found>().Where(found => query.Codes.Count == 0 || query.Codes.Any(token => found.Codes.Any(code => Matches(token, code)))))
            .Where(found => query.Dates.All(filter => filter.Allows(found.ObservedAt, now)))
            .ToList();
        all.Sort((one, other) => query.Order == DateOrder.OldestFirst ? Compare(one.Place, other.Place) : Compare(other.Place, one.Place));
        var rest = cursor is null ? all : all.Where(found => IsAfter(found.Place, (cursor.At, cursor.Id), query.Order)).ToList();
        var rows = new List<ObservationRow>();
        foreach (var found in rest.Take(query.Count))
        {
            rows.Add(await Row(connection, query.Patient, found, seen, cancellationToken));
        }

        var next = rest.Count > query.Count ? new PageCursor(seen, rest[query.Count - 1].Place.At, rest[query.Count - 1].Id).ToString() : null;
        return new Page<ObservationRow>(rows, next, all.Count);
    }

    /// <summary>A result that came without a resource, by the id that a search gave it; null when there is none.</summary>
    public async Task<ObservationRow?> Read(string id, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(caller);
        await ids.Load(cancellationToken);
        if (ids.Parse(id) is not { } key)
        {
            return null;
        }

        await using var connection = await database.Dialect.Open(cancellationToken);
        var rows = await connection.Command(
                $"select {FactRow.Columns} from fact f where f.patient_key = @patient and f.result_key = @result and f.resource_id is null",
                ("@patient", key.Patient.Value), ("@result", KeyBytes.Of(key.Result)))
            .Rows(FactRow.Read, cancellationToken);
        var facts = await FactRow.Facts(rows, database.Vocabulary, cancellationToken);
        return facts.Count == 0 ? null : Shown(facts.Select(fact => fact.Fact).Aggregate((one, other) => TimelineResolution.Later(other, one) ? other : one), id);
    }

    private static ObservationRow Shown(Fact fact, string id) => new(id, fact.Finding.ObservedAt, fact.StoredAt, null, [fact]);

    /// <summary>An Observation that a search found, before its resource is read.</summary>
    private sealed record Found(
        string Id, DateTimeOffset ObservedAt, string? ResourceId, IReadOnlyList<Fact> Facts, IReadOnlyList<Code> Codes, StoredResource? Resource)
    {
        public (long At, string Id) Place => (Instants.Micros(ObservedAt), Id);
    }

    private IEnumerable<Found> FromFacts(List<StoredFact> stored, AsOf asOf)
    {
        var measured = stored.Where(fact => fact.Fact.Finding.Kind == FactKind.Measurement).ToList();
        var latest = measured.GroupBy(fact => fact.Fact.Finding.ResultId)
            .Select(result => result.Aggregate((one, other) => TimelineResolution.Later(other.Fact, one.Fact) ? other : one)).ToList();

        // A resource is shown whatever its status, as FHIR asks; a result of other origin only while it holds, and not
        // beside another one that says the same.
        var holding = TimelineResolution.Resolve(measured.Select(fact => fact.Fact), asOf).Select(fact => fact.Key).ToHashSet();
        foreach (var resource in latest.Where(fact => fact.ResourceId is not null).GroupBy(fact => fact.ResourceId!))
        {
            yield return new Found(
                resource.Key, resource.Min(fact => fact.Fact.Finding.ObservedAt), resource.Key, [.. resource.Select(fact => fact.Fact)], [], null);
        }

        foreach (var fact in latest.Where(fact => fact.ResourceId is null && holding.Contains(fact.Fact.Key)).Select(fact => fact.Fact))
        {
            var result = UInt128.Parse(fact.Finding.ResultId, System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
            yield return new Found(ids.Of(fact.Patient, result), fact.Finding.ObservedAt, null, [fact], [], null);
        }
    }

    private static Found? FromResource(StoredResource stored)
    {
        var root = Resource.ParseJson(stored.Body).Root;
        var codes = new List<Code>();
        foreach (var coding in root["code"].Children("coding"))
        {
            codes.Add(new Code(coding["system"].AsString() ?? "", coding["code"].AsString() ?? ""));
        }

        var effective = root["effective"];
        var time = effective.AsDateTime() ?? effective["start"].AsDateTime() ?? root["issued"].AsDateTime();
        return new Found(stored.Id, time?.Low ?? stored.StoredAt, stored.Id, [], codes, stored);
    }

    private static async Task<ObservationRow> Row(
        DbConnection connection, PatientId patient, Found found, DateTimeOffset stored, CancellationToken cancellationToken)
    {
        var resource = found.Resource;
        if (resource is null && found.ResourceId is { } id)
        {
            resource = await Resources.ReadAt(connection, patient, "Observation", id, stored, cancellationToken);
        }

        return new ObservationRow(found.Id, found.ObservedAt, resource?.StoredAt ?? found.Facts[0].StoredAt, resource, found.Facts);
    }

    private static bool Matches(IReadOnlyList<Token> codes, Fact fact) => codes.Count == 0
        || codes.Any(token => Matches(token, fact.Finding.Concept.Code) || Matches(token, fact.Finding.Coding.Code));

    private static bool Matches(Token token, Code code) =>
        (token.System is null || token.System == code.System) && (token.Value is null || token.Value == code.Value);

    private static int Compare((long At, string Id) one, (long At, string Id) other) =>
        one.At == other.At ? string.CompareOrdinal(one.Id, other.Id) : one.At.CompareTo(other.At);

    private static bool IsAfter((long At, string Id) place, (long At, string Id) last, DateOrder order) =>
        order == DateOrder.OldestFirst ? Compare(place, last) > 0 : Compare(place, last) < 0;
}
