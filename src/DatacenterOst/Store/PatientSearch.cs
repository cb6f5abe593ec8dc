using System.Data.Common;
using System.Globalization;
using DatacenterOst.Access;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>Finds patients by id, identifier, name and birth date, in the order of their ids.</summary>
public sealed class PatientSearch(StoreDatabase database)
{
    /// <summary>Earliest and latest birth dates that a condition without one of its ends stands for.</summary>
    private const string Never = "0001-01-01";
    private const string Always = "9999-12-31";

    public async Task<Page<PatientRow>> Find(PatientQuery query, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(caller);
        if (query.Count is < 1 or > PatientQuery.MaxCount)
        {
            throw new Problem(ProblemKind.Invalid, $"_count is between 1 and {PatientQuery.MaxCount}", where: "_count");
        }

        await using var connection = await database.Dialect.Open(cancellationToken);
        await using var command = connection.Command(
            "", ("@after", PageCursor.Parse(query.Cursor)?.Id ?? ""), ("@limit", query.Count + 1));
        command.CommandText = $"""
            select p.patient_key, p.family, p.given, p.birth_date, p.sex, p.fhir_id, p.profile_id
            from patient p
            where p.fhir_id > @after {Conditions(query, command)}
            order by p.fhir_id limit @limit
            """;
        var found = await command.Rows(row => PatientDirectory.Known(row, 0), cancellationToken);
        var directory = new PatientDirectory(database);
        var resources = new Resources(database);
        var rows = new List<PatientRow>();
        foreach (var patient in found.Take(query.Count))
        {
            rows.Add(new PatientRow(
                await directory.Get(patient.Patient, caller, cancellationToken),
                await resources.Read("Patient", patient.FhirId, caller, cancellationToken)));
        }

        var next = found.Count > query.Count ? new PageCursor(database.Time.GetUtcNow(), 0, rows[^1].Record.FhirId).ToString() : null;
        return new Page<PatientRow>(rows, next, query.Cursor is null && next is null ? rows.Count : null);
    }

    private static string Conditions(PatientQuery query, DbCommand command)
    {
        var conditions = new List<string>();
        if (query.Ids.Count > 0)
        {
            var ids = query.Ids.Select(id => Named(command, id));
            conditions.Add($"p.patient_key in (select i.patient_key from patient_identifier i where i.system = {Named(command, PatientReference.System)} and i.value in ({string.Join(", ", ids)}))");
        }

        if (query.Identifiers.Count > 0)
        {
            var tokens = query.Identifiers.Select(token => Token(token, command));
            conditions.Add($"p.patient_key in (select i.patient_key from patient_identifier i where i.system <> {Named(command, PatientReference.System)} and ({string.Join(" or ", tokens)}))");
        }

        foreach (var part in query.Names.SelectMany(PatientNames.Parts))
        {
            conditions.Add($"p.folded_name like {Named(command, "% " + Escaped(part) + "%")} escape '!'");
        }

        foreach (var birth in query.BirthDates)
        {
            conditions.Add(Birth(birth, command));
        }

        return string.Concat(conditions.Select(condition => "\nand " + condition));
    }

    private static string Token(Token token, DbCommand command)
    {
        var system = token.System is null ? null : $"i.system = {Named(command, token.System)}";
        var value = token.Value is null ? null : $"i.value = {Named(command, token.Value)}";
        return (system, value) switch
        {
            (null, null) => throw new Problem(ProblemKind.Invalid, "an identifier is written as value or system|value", where: "identifier"),
            (null, _) => value,
            (_, null) => system,
            _ => $"({system} and {value})",
        };
    }

    // A birth date is one day; the days that satisfy the condition are one range, or all but one.
    private static string Birth(DateFilter filter, DbCommand command)
    {
        var first = Day(filter.Low);
        var last = Day(filter.High.AddTicks(-1));
        var (from, to) = filter.Prefix switch
        {
            DatePrefix.Eq or DatePrefix.Ne => (first, last),
            DatePrefix.Gt or DatePrefix.Sa => (Day(filter.High), Always),
            DatePrefix.Lt or DatePrefix.Eb => (Never, Day(filter.Low.AddTicks(-1))),
            DatePrefix.Ge => (first, Always),
            DatePrefix.Le => (Never, last),
            _ => throw new Problem(ProblemKind.Unsupported, "birthdate cannot be searched with the prefix 'ap'; use ge and le", where: "birthdate"),
        };
        var not = filter.Prefix == DatePrefix.Ne ? "not " : "";
        return $"p.birth_date {not}between {Named(command, from)} and {Named(command, to)}";
    }

    private static string Day(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Escaped(string part) =>
        part.Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal);

    private static string Named(DbCommand command, string value)
    {
        var name = "@v" + command.Parameters.Count.ToString(CultureInfo.InvariantCulture);
        command.With(name, value);
        return name;
    }
}
