using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Normalise;

namespace DatacenterOst.Store;

public enum RejectionState
{
    Open,
    Repaired,
    All,
}

/// <summary>Which rejections; what is null does not matter.</summary>
public sealed record RejectionFilter(
    string? Profile = null, string? Reason = null, string? Subject = null, RejectionState State = RejectionState.Open);

/// <summary>A rejection as it is kept.</summary>
/// <param name="Patient">None when it could not be said whose the record is.</param>
/// <param name="RepairedAt">When the record was understood after all; null while it is open.</param>
public sealed record KeptRejection(
    string Key, string Profile, Rejection Rejection, PatientId Patient, RawKey Raw, DateTimeOffset FirstSeenAt, DateTimeOffset? RepairedAt);

/// <summary>How many rejections have the same cause, so that the map can be mended where it helps most.</summary>
public sealed record RejectionCount(string Profile, string Reason, string Subject, long Count);

/// <summary>What could not be understood: kept with its bytes, listed, and replayable when the map is mended.</summary>
public sealed class Rejections(StoreDatabase database)
{
    /// <summary>The most rejections that one list returns.</summary>
    public const int MaxListed = 1_000;

    /// <summary>Raw records that are replayed in one transaction.</summary>
    private const int ReplayedAtOnce = 500;

    /// <summary>The rejections in the order of their keys, from after the one with that key.</summary>
    public async Task<IReadOnlyList<KeptRejection>> List(
        RejectionFilter filter, string? after, int limit, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(caller);
        if (limit is < 1 or > MaxListed)
        {
            throw new Problem(ProblemKind.Invalid, $"between 1 and {MaxListed} rejections can be listed at once", where: "limit");
        }

        await using var connection = await database.Dialect.Open(cancellationToken);
        var command = connection.Command($"""
            select r.rejection_key, p.name, r.reason, r.place, r.message, r.subject, r.patient_key, r.raw_key, r.first_seen_at, r.repaired_at
            from rejection r join profile p on p.profile_id = r.profile_id
            where r.rejection_key > @after and {Condition(filter)}
            order by r.rejection_key limit @limit
            """, ("@after", after is null ? [] : Convert.FromHexString(after)), ("@limit", limit));
        return await With(command, filter).Rows(
            row => new KeptRejection(
                Convert.ToHexStringLower(row.Bytes(0)), row.GetString(1),
                new Rejection(row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5)),
                new PatientId(row.GetInt64(6)), new RawKey(row.Key(7)), Instants.From(row.GetInt64(8)),
                row.LongOrNull(9) is { } repaired ? Instants.From(repaired) : null),
            cancellationToken);
    }

    /// <summary>Counts by profile, reason and subject, most frequent first.</summary>
    public async Task<IReadOnlyList<RejectionCount>> Count(RejectionFilter filter, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(caller);
        await using var connection = await database.Dialect.Open(cancellationToken);
        var command = connection.Command($"""
            select p.name, r.reason, r.subject, count(*)
            from rejection r join profile p on p.profile_id = r.profile_id
            where {Condition(filter)}
            group by p.name, r.reason, r.subject
            order by count(*) desc, p.name, r.reason, r.subject
            """);
        return await With(command, filter).Rows(
            row => new RejectionCount(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3)), cancellationToken);
    }

    /// <summary>
    /// Reads the kept bytes of every record with an open rejection again, normalises them and stores what is understood
    /// now, as of its first arrival. Rejections that do not occur again are marked as repaired.
    /// </summary>
    /// <param name="again">The kept record → the same, normalised; its profile says how its bytes are read. A message about two patients gives two.</param>
    public async Task<IntakeSummary> Replay(
        RejectionFilter filter, Func<KeptRecord, CancellationToken, Task<IReadOnlyList<NormalRecord>>> again, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(again);
        ArgumentNullException.ThrowIfNull(caller);
        var began = database.Time.GetTimestamp();
        var intake = new Intake(database);
        var summary = IntakeSummary.Empty;
        var last = (Patient: -1L, Raw: Array.Empty<byte>());
        while (true)
        {
            var kept = await Records(filter with { State = RejectionState.Open }, last, cancellationToken);
            if (kept.Count == 0)
            {
                return summary with { Duration = database.Time.GetElapsedTime(began) };
            }

            foreach (var profile in kept.GroupBy(record => record.Profile))
            {
                var arrivals = new List<Arrival>();
                foreach (var record in profile)
                {
                    foreach (var normal in await again(record, cancellationToken))
                        arrivals.Add(new Arrival(normal with { Raw = normal.Raw with { Bytes = record.Bytes, Place = record.Place } }, record.ReceivedAt));
                }

                var outcomes = await intake.Write(profile.Key, arrivals, caller, cancellationToken);
                summary = summary.With(outcomes.SelectMany(outcome => outcome.Items), database.Time.GetElapsedTime(began));
            }

            last = (kept[^1].Patient.Value, KeyBytes.Of(kept[^1].Key.Value));
        }
    }

    private async Task<List<KeptRecord>> Records(RejectionFilter filter, (long Patient, byte[] Raw) after, CancellationToken cancellationToken)
    {
        await using var connection = await database.Dialect.Open(cancellationToken);
        var command = connection.Command($"""
            select {RawRecords.Columns}
            from raw_record w join profile p on p.profile_id = w.profile_id
            where (w.patient_key, w.raw_key) > (@patient, @raw)
            and exists (select 1 from rejection r where r.patient_key = w.patient_key and r.raw_key = w.raw_key and {Condition(filter)})
            order by w.patient_key, w.raw_key limit @limit
            """, ("@patient", after.Patient), ("@raw", after.Raw), ("@limit", ReplayedAtOnce));
        return await With(command, filter).Rows(RawRecords.Kept, cancellationToken);
    }

    private static string Condition(RejectionFilter filter)
    {
        var conditions = new List<string>
        {
            filter.State switch
            {
                RejectionState.Open => "r.repaired_at is null",
                RejectionState.Repaired => "r.repaired_at is not null",
                _ => "1 = 1",
            },
        };
        if (filter.Profile is not null)
        {
            conditions.Add("p.name = @profile");
        }

        if (filter.Reason is not null)
        {
            conditions.Add("r.reason = @reason");
        }

        if (filter.Subject is not null)
        {
            conditions.Add("r.subject = @subject");
        }

        return string.Join(" and ", conditions);
    }

    private static DbCommand With(DbCommand command, RejectionFilter filter)
    {
        foreach (var (name, value) in new[] { ("@profile", filter.Profile), ("@reason", filter.Reason), ("@subject", filter.Subject) })
        {
            if (value is not null)
            {
                command.With(name, value);
            }
        }

        return command;
    }
}
