using System.Data.Common;
using System.Globalization;

namespace DatacenterOst.Store;

/// <summary>
/// What a store holds, as one number that does not depend on surrogate keys, StoredAt, the order of arrival or the
/// kind of store: two stores that were fed alike have the same digest.
/// </summary>
/// <param name="Hash">Hexadecimal.</param>
/// <param name="Rows">Rows by table.</param>
public sealed record Digest(string Hash, IReadOnlyDictionary<string, long> Rows);

/// <summary>Computes the digest of a store by reading all of it.</summary>
public sealed class StoreDigest(StoreDatabase database)
{
    public async Task<Digest> Compute(CancellationToken cancellationToken)
    {
        await using var connection = await database.Dialect.Open(cancellationToken);
        var patients = await Patients(connection, cancellationToken);
        var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var all = new KeyText();
        foreach (var (name, text) in Parts)
        {
            var sum = UInt128.Zero;
            var count = 0L;
            await using var command = connection.Command(text);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var row = new KeyText();
            while (await reader.ReadAsync(cancellationToken))
            {
                // Adding the hashes of the rows makes their order immaterial, and still tells two equal rows from one.
                sum = unchecked(sum + HashOf(row.Clear().Add(KeyBytes.Of(patients.GetValueOrDefault(reader.GetInt64(0)))), reader));
                count++;
            }

            rows.Add(name, count);
            all.Add(name).Add(count).Add(KeyBytes.Of(sum));
        }

        return new Digest(Convert.ToHexStringLower(all.Sha256()), rows);
    }

    // Where a source says no time, KnownAt is the arrival: that differs between two stores which were fed alike, so the
    // word stands for it. Places are left out, because the same bytes may stand twice in a file.
    private static readonly (string Name, string Text)[] Parts =
    [
        ("fact", """
            select f.patient_key, c.system, c.code, c.unit, d.system, d.code, d.display, p.name, u.name,
                f.kind, f.status, f.comparator, f.category, f.decimals, f.value, f.text, f.observed_at, case when f.ended_at = f.received_at then null else f.ended_at end,
                case when f.known_at = f.received_at then null else f.known_at end, f.result_key, f.raw_key, f.resource_id
            from (select a.*, case when w.received_at is null or o.received_at < w.received_at then o.received_at else w.received_at end as received_at
                from fact a left join raw_record w on w.patient_key = a.patient_key and w.raw_key = a.raw_key
                left join (select patient_key, id, raw_key, min(received_at) as received_at from resource where profile_id > 0 group by patient_key, id, raw_key) o
                    on o.patient_key = a.patient_key and o.id = a.resource_id and o.raw_key = a.raw_key) f
            join concept c on c.concept_id = f.concept_id
            join code d on d.code_id = f.code_id
            join profile p on p.profile_id = f.profile_id
            join rule u on u.rule_id = f.rule_id
            """),
        ("raw_record", """
            select w.patient_key, w.raw_key, p.name from raw_record w join profile p on p.profile_id = w.profile_id
            union select o.patient_key, o.raw_key, p.name from resource o join profile p on p.profile_id = o.profile_id
            """),
        ("rejection", """
            select r.patient_key, r.rejection_key, r.raw_key, r.reason, r.subject, case when r.repaired_at is null then 0 else 1 end
            from rejection r
            """),
        ("resource", "select r.patient_key, r.type, r.id, r.version, r.deleted, r.body_key, r.raw_key from resource r where length(r.body_key) > 0"),
        ("patient", "select p.patient_key, p.family, p.given, p.birth_date, p.sex from patient p"),
    ];

    /// <summary>Patients by their key, each as a hash of all the identifiers that others gave them.</summary>
    private static async Task<Dictionary<long, UInt128>> Patients(DbConnection connection, CancellationToken cancellationToken)
    {
        var names = await connection.Command("select patient_key, system, value from patient_identifier").Rows(
            row => (Patient: row.GetInt64(0), Name: row.GetString(1) + "|" + row.GetString(2)), cancellationToken);
        var given = PatientReference.System + "|" + PatientReference.GivenPrefix;
        return names.GroupBy(name => name.Patient).ToDictionary(
            patient => patient.Key,
            patient => patient.Select(name => name.Name).Where(name => !name.StartsWith(given, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal).Aggregate(new KeyText(), (text, name) => text.Add(name)).Hash());
    }

    private static UInt128 HashOf(KeyText row, DbDataReader reader)
    {
        for (var column = 1; column < reader.FieldCount; column++)
        {
            _ = reader.IsDBNull(column) ? row.Add((string?)null) : reader.GetValue(column) switch
            {
                string text => row.Add(text),
                byte[] bytes => row.Add(bytes),
                Guid uuid => row.Add(uuid.ToByteArray(bigEndian: true)),
                double real => row.Add(BitConverter.DoubleToInt64Bits(real)),
                var number => row.Add(Convert.ToInt64(number, CultureInfo.InvariantCulture)),
            };
        }

        return row.Hash();
    }
}
