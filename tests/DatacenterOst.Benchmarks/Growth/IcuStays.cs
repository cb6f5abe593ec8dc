using System.Globalization;
using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.Growth;

/// <summary>A patient of the grown store.</summary>
public sealed record GrowthPatient(string Id, DateTimeOffset AdmittedAt)
{
    public const string IdentifierSystem = "urn:growth:stay";

    public string Identifier => "S-" + Id;
}

/// <summary>
/// The stays of PhysioNet 2012 set a, over and over with new patient ids, written as NDJSON: a Patient and his or her Observations, whole
/// stays at a time. The set has hours since admission only; the day of admission is made up, spread over five years.
/// </summary>
public sealed class IcuStays(string folder) : IDisposable
{
    private static readonly DateTimeOffset FirstAdmission = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly IEnumerator<(string File, int Copy)> stays = Endless([.. Directory.EnumerateFiles(folder, "*.txt", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(file).All(letter => char.IsAsciiDigit(letter) || ".txt".Contains(letter))).Order(StringComparer.Ordinal)]).GetEnumerator();
    private readonly List<GrowthPatient> patients = [];

    /// <summary>All who were written so far.</summary>
    public IReadOnlyList<GrowthPatient> Patients => patients;

    public long Observations { get; private set; }

    /// <summary>Goes on where it stopped, until there are at least as many Observations as are wanted.</summary>
    public async Task WriteUntil(long wanted, string path, CancellationToken cancellationToken)
    {
        await using var output = new StreamWriter(path) { NewLine = "\n" };
        while (Observations < wanted && stays.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (file, copy) = stays.Current;
            var days = (patients.Count * 37) % 1800;
            await Write(new GrowthPatient(Text($"icu{Path.GetFileNameWithoutExtension(file)}-{copy}"), FirstAdmission.AddDays(days)), file, output, cancellationToken);
        }
    }

    public void Dispose() => stays.Dispose();

    private static IEnumerable<(string File, int Copy)> Endless(IReadOnlyList<string> files)
    {
        for (var copy = 0; files.Count > 0; copy++)
            foreach (var file in files) yield return (file, copy);
    }

    private async Task Write(GrowthPatient patient, string file, StreamWriter output, CancellationToken cancellationToken)
    {
        var rows = (await File.ReadAllLinesAsync(file, cancellationToken)).Skip(1).Select(line => line.Split(',')).ToList();
        string? Of(string parameter) => rows.FirstOrDefault(row => row[1] == parameter)?[2];
        var birthYear = patient.AdmittedAt.Year - int.Parse(Of("Age") ?? "60", CultureInfo.InvariantCulture);
        var gender = Of("Gender") switch { "0" => "female", "1" => "male", _ => "unknown" };
        await output.WriteLineAsync(Text($$"""{"resourceType":"Patient","id":"{{patient.Id}}","identifier":[{"system":"{{GrowthPatient.IdentifierSystem}}","value":"{{patient.Identifier}}"}],"gender":"{{gender}}","birthDate":"{{birthYear}}-01-01"}"""));
        patients.Add(patient);
        var number = 0;
        foreach (var row in rows)
        {
            // -1 is what the set writes for "not known".
            if (!IcuVariables.All.TryGetValue(row[1], out var variable) || !decimal.TryParse(row[2], CultureInfo.InvariantCulture, out var value) || value < 0)
                continue;
            await output.WriteLineAsync(Observation(patient, variable, At(patient, row[0]), value * (decimal)variable.Factor, number++));
        }

        Observations += number;
    }

    private static DateTimeOffset At(GrowthPatient patient, string hoursAndMinutes)
    {
        var colon = hoursAndMinutes.IndexOf(':', StringComparison.Ordinal);
        return patient.AdmittedAt
            .AddHours(int.Parse(hoursAndMinutes.AsSpan(0, colon), CultureInfo.InvariantCulture))
            .AddMinutes(int.Parse(hoursAndMinutes.AsSpan(colon + 1), CultureInfo.InvariantCulture));
    }

    private static string Observation(GrowthPatient patient, IcuVariable variable, DateTimeOffset at, decimal value, int number) => Text(
        $$$"""{"resourceType":"Observation","id":"{{{patient.Id}}}-{{{number}}}","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"{{{variable.Category}}}"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"{{{variable.Loinc}}}","display":"{{{variable.Display}}}"}]},"subject":{"reference":"Patient/{{{patient.Id}}}"},"effectiveDateTime":"{{{at:yyyy-MM-ddTHH:mm:ssZ}}}","issued":"{{{at.AddMinutes(20):yyyy-MM-ddTHH:mm:ssZ}}}","valueQuantity":{"value":{{{value:0.####}}},"unit":"{{{variable.Unit}}}","system":"http://unitsofmeasure.org","code":"{{{variable.Unit}}}"}}""");
}
