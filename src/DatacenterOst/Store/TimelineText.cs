using DatacenterOst.Store.Packs;

namespace DatacenterOst.Store;

/// <summary>The questions that a timeline is read by.</summary>
internal sealed class TimelineText(IStoreDialect dialect)
{
    /// <summary>Facts of every concept.</summary>
    public string OfAll { get; } = OfRows("");

    /// <summary>Facts of the codes asked for.</summary>
    public string OfSome { get; } = OfRows("and " + dialect.AnyOf("f.concept_id", Concepts(dialect)));

    /// <summary>The same for a patient who has packs: a row for each pack, with its bytes in the last column, and one for each fact that none has.</summary>
    public string OfSomePacked { get; } = $"""
        {Packed(dialect, least: 0)}
        union all
        select {FactReading.Columns}, null as body {Moved}
        and not (f.observed_at between @from and @to and f.concept_id in (select a.concept_id from asked a))
        limit @limit
        """;

    /// <summary>The packs that can stay, and all else that there is of the codes: what is to be packed.</summary>
    public string OfUnpacked { get; } = $"{Packed(dialect, FactPacking.Full)} limit @limit";

    /// <summary>All packs of the codes, whole or not.</summary>
    public string OfPacks { get; } = $"""
        select k.concept_id, k.facts, k.observed_from, k.observed_to, k.body
        from ({Concepts(dialect)}) a {dialect.ForEach("fact_pack", "k", "k.patient_key = @patient and k.concept_id = a.concept_id")}
        where k.encoding = {FactPack.Encoding}
        """;

    // A correction may move a result to another time or code. This brings those along, so that the value which was
    // corrected is not taken for valid because its correction lies outside of the window. Few patients have such a
    // result, and for the others it costs one look into an index.
    private const string Moved =
        """
        from moved_result m cross join fact f
        where m.patient_key = @patient and f.patient_key = m.patient_key and f.result_key = m.result_key
        and f.known_at <= @known and f.stored_at <= @stored
        """;

    private static string OfRows(string concepts) =>
        $"""
        select {FactReading.Columns} from fact f
        where f.patient_key = @patient and f.observed_at between @from and @to {concepts}
        and f.known_at <= @known and f.stored_at <= @stored
        union all
        select {FactReading.Columns} {Moved}
        and not (f.observed_at between @from and @to {concepts})
        limit @limit
        """;

    private static string Concepts(IStoreDialect dialect) =>
        $"select c.concept_id from {dialect.WantedCodes} join concept c on c.system = wanted.system and c.code = wanted.code";

    // A pack counts only with as many facts as the table has between its ends: as no fact is ever changed or removed, it is those facts then.
    private static string Packed(IStoreDialect dialect, int least) =>
        $"""
        with asked as materialized (select distinct x.concept_id from ({Concepts(dialect)}) x),
        kept as materialized (
            select k.concept_id, k.observed_from, k.observed_to, k.facts, k.body
            from asked a {dialect.ForEach("fact_pack", "k", "k.patient_key = @patient and k.concept_id = a.concept_id")}
            where k.encoding = {FactPack.Encoding} and k.facts >= {least} and k.observed_to >= @from and k.observed_from <= @to),
        pack as materialized (
            select k.concept_id, k.observed_from, k.observed_to, k.facts, k.body from kept k
            where k.facts = (select count(*) from fact f
                where f.patient_key = @patient and f.concept_id = k.concept_id and f.observed_at between k.observed_from and k.observed_to)),
        gap as (
            select p.concept_id, p.observed_to + 1 as low,
                coalesce(lead(p.observed_from) over (partition by p.concept_id order by p.observed_from) - 1, @to) as high
            from pack p
            union all
            select a.concept_id, @from, coalesce((select min(p.observed_from) - 1 from pack p where p.concept_id = a.concept_id), @to) from asked a)
        select p.concept_id, p.facts, 0, 0, null, null, null, 0, null, null, p.observed_from, p.observed_to, 0, 0, '', p.body from pack p
        union all
        select {FactReading.Columns}, null
        from gap g {dialect.ForEach("fact", "f", "f.patient_key = @patient and f.concept_id = g.concept_id and f.observed_at between g.low and g.high")}
        where f.observed_at between @from and @to and f.known_at <= @known and f.stored_at <= @stored
        """;
}
