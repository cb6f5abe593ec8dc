using System.Globalization;
using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Training;

/// <summary>What is known of one patient's outcome from a file.</summary>
/// <param name="EventDays">Days from the anchor to the event; null where the file does not say.</param>
public sealed record KnownOutcome(bool Came, double? EventDays)
{
    /// <summary>Days from the anchor to the end of the follow-up; null for followed to the end.</summary>
    public double? FollowedDays { get; init; }
}

/// <summary>A file of outcomes, by the patient's identifier.</summary>
public static class OutcomeTable
{
    /// <summary>Rows of one file; a registry of a whole country stays below it.</summary>
    public const int MaxRows = 20_000_000;

    /// <exception cref="Problem">Invalid, with the line and what to mend.</exception>
    public static IReadOnlyDictionary<string, KnownOutcome> Read(TextReader text, OutcomeFile file, string name)
    {
        var header = text.ReadLine()?.TrimEnd('\r').Split(file.Delimiter) ?? [];
        var (patient, column) = (Column(header, file.Patient, name), Column(header, file.Column, name));
        var days = file.EventDays is { } wanted ? Column(header, wanted, name) : -1;
        var ends = file.FollowedDays is { } end ? Column(header, end, name) : -1;
        var outcomes = new Dictionary<string, KnownOutcome>(StringComparer.Ordinal);
        for (var line = 2; text.ReadLine() is { } row; line++)
        {
            if (line > MaxRows) throw new Problem(ProblemKind.TooLarge, $"an outcome file has {MaxRows} rows at most", where: name);
            if (string.IsNullOrWhiteSpace(row)) continue;
            var fields = row.TrimEnd('\r').Split(file.Delimiter);
            if (fields.Length != header.Length) throw At(name, line, $"has {fields.Length} fields; the header has {header.Length}");
            var said = fields[column].Trim();
            if (said.Length == 0) continue;
            var came = file.Positive.Contains(said);
            var known = new KnownOutcome(came, came ? Days(fields, days) : null) { FollowedDays = came ? null : Days(fields, ends) };
            if (!outcomes.TryAdd(fields[patient].Trim(), known)) throw At(name, line, "names a patient who stands above; one row a patient");
        }

        return outcomes;
    }

    // Empty or negative says that there is none, as registers write it.
    private static double? Days(string[] fields, int column)
        => column >= 0 && double.TryParse(fields[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number : null;

    private static int Column(string[] header, string column, string name)
    {
        var place = Array.FindIndex(header, field => field.Trim() == column);
        return place >= 0 ? place : throw new Problem(ProblemKind.Invalid, $"the column '{column}' is missing; the file has {string.Join(", ", header.Take(40))}", where: name);
    }

    private static Problem At(string name, int line, string message) => new(ProblemKind.Invalid, message, where: string.Create(CultureInfo.InvariantCulture, $"{name}:{line}"));
}
