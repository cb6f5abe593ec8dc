using System.Globalization;
using System.Text.RegularExpressions;

namespace DatacenterOst.Server.Demo;

/// <summary>
/// The synthetic cohort of the demo. Its files hold times relative to now – <c>{{-3h}}</c>, <c>{{-6d+1h}}</c> – because a
/// card about creatinine of last year would rightly be silence.
/// </summary>
public static partial class Cohort
{
    public static readonly IReadOnlyList<CohortPatient> Patients =
    [
        new("demo-anna", "Anna Holm", "kidney transplant nine weeks ago, donor CMV positive, recipient negative"),
        new("demo-bent", "Bent Lund", "liver transplant six weeks ago; the last CMV PCR is 18 days old"),
        new("demo-clara", "Clara Friis", "admitted yesterday; creatinine has doubled"),
        new("demo-david", "David Sand", "routine control, nothing out of the ordinary"),
    ];

    /// <summary>Which profile reads which file, in the order that they arrive.</summary>
    public static readonly IReadOnlyList<(string Profile, string File)> Files =
    [
        ("fhir", "1-patients.json"),
        ("csv-events", "2-events.csv"),
        ("oru-r01", "2-results.hl7"),
    ];

    /// <summary>Writes the cohort's files with real times into a folder, as senders would have left them there.</summary>
    public static IReadOnlyList<(string Profile, string Path)> WriteTo(string folder, DateTimeOffset now)
    {
        Directory.CreateDirectory(folder);
        var written = new List<(string, string)>();
        foreach (var (profile, file) in Files)
        {
            var template = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Demo", "cohort", file));
            var path = Path.Combine(folder, file);
            var text = WithTimes(template, now, file.EndsWith(".hl7", StringComparison.Ordinal) ? "yyyyMMddHHmmss" : "yyyy-MM-ddTHH:mm:ss");
            File.WriteAllText(path, text);
            written.Add((profile, path));
        }

        return written;
    }

    private static string WithTimes(string template, DateTimeOffset now, string format)
        => RelativeTime().Replace(template, match =>
        {
            var instant = now.ToUniversalTime();
            foreach (Capture step in match.Groups["step"].Captures)
                instant += Step(step.Value);
            var offset = format.Contains('T', StringComparison.Ordinal) ? "+00:00" : "+0000";
            return instant.ToString(format, CultureInfo.InvariantCulture) + offset;
        });

    private static TimeSpan Step(string step)
    {
        var amount = int.Parse(step.AsSpan(0, step.Length - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return step[^1] == 'd' ? TimeSpan.FromDays(amount) : TimeSpan.FromHours(amount);
    }

    [GeneratedRegex(@"\{\{(?<step>[+-]\d+[dh])+\}\}")]
    private static partial Regex RelativeTime();
}

/// <summary>A synthetic patient and why they are in the cohort.</summary>
public sealed record CohortPatient(string Id, string Name, string Story);
