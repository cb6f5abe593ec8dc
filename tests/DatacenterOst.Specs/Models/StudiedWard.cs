using System.Globalization;
using System.Text;
using DatacenterOst.Access;
using DatacenterOst.Models.Training;
using DatacenterOst.Server;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Models;

/// <summary>An empty folder with made-up patients, taken in by the command line: kidney function, and how long until potassium is too high.</summary>
public sealed class StudiedWard : IAsyncLifetime
{
    public const int Patients = 260;

    private const string Draft = """
        format: 1
        id: potassium
        version: 0.0.0
        title: { da: Højt kalium, en: High potassium }
        intendedUse: { da: Prøve, en: A test }
        exclusions: [none]
        population: { text: everyone with a creatinine }
        licence: none
        references: [none]
        evidence: made-up patients
        owner: nobody
        reviewBy: 2030-01-01
        outcome: { text: { da: "Kalium over 6,5", en: Potassium above 6.5 }, horizon: 30d }
        output: { name: risk, text: { da: Risiko, en: Risk }, unit: "1" }

        features:
          - { name: age, take: age }
          - { name: sex, take: sex, numbers: { female: 0, male: 1 } }
          - { name: creatinine, concept: creatinine, take: last, window: "[-7d, 0h]" }
          - { name: potassium, concept: potassium, take: last, window: "[-7d, 0h]" }
          - { name: sodium, concept: sodium, take: last, window: "[-7d, 0h]" }
        """;

    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public Dost Dost => Dost.OnSqlite(Path.Combine(folder.Path, "store"));

    public string Place(params string[] parts) => Path.Combine([folder.Path, .. parts]);

    public async ValueTask InitializeAsync()
    {
        folder.File("model.yaml", Draft);
        var run = await Dost.Run(["ingest", "fhir", folder.File("ward.ndjson", Records())], Stop);
        Assert.True(run.ExitCode == 0, run.ToString());
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <param name="learner">The <c>learner:</c> section of study.yaml.</param>
    public string Study(string learner) => folder.File("study.yaml", $$"""
        format: 1
        title: Potassium above 6.5 mmol/L within 30 days of the first creatinine
        index: { codes: "http://loinc.org|14682-9", after: 1h }
        outcome:
          name: potassium above 6.5
          codes: "http://loinc.org|2823-3"
          from: 6.5
          within: 30d
          censoring: { codes: "http://loinc.org|1988-5", until: 2026-05-10T00:00:00Z }
        learner: {{learner}}
        validation: { folds: 4, innerFolds: 3, timeFolds: 2, seed: 3, bootstrap: 40, thresholds: [0.2, 0.5] }
        """);

    /// <summary>The study as read from the store of the folder.</summary>
    public async Task<(StudyData Data, DataCentre Centre)> Read(string learner)
    {
        var centre = await DataCentre.Open(new Settings { Data = Path.Combine(folder.Path, "store") }, TimeProvider.System, Stop);
        return (await new StudyReading(centre.Store, centre.Terminology.FindByKey).Read(Study(learner), null, null, Caller.Product, Stop), centre);
    }

    private static string Records()
    {
        var random = new Random(11);
        var lines = new StringBuilder();
        for (var i = 0; i < Patients; i++)
        {
            var (age, creatinine, at) = (random.Next(30, 90), random.Next(50, 320), Begin.AddHours(random.Next(0, 50 * 24)));
            lines.Append(CultureInfo.InvariantCulture, $$"""{"resourceType":"Patient","id":"k{{i}}","gender":"{{(i % 2 == 0 ? "female" : "male")}}","birthDate":"{{2026 - age}}-01-01"}""").Append('\n');
            Result(lines, i, "14682-9", creatinine, "umol/L", at);
            if (random.Next(10) < 7) Result(lines, i, "2823-3", Math.Round(3.4 + (random.NextDouble() * 2), 1), "mmol/L", at.AddMinutes(-30));
            if (random.Next(10) < 5) Result(lines, i, "2951-2", random.Next(125, 150), "mmol/L", at.AddMinutes(-20));

            // An exponential time whose hazard rises with creatinine and age.
            var rate = 0.012 * Math.Exp((0.011 * (creatinine - 180)) + (0.02 * (age - 60)));
            var days = -Math.Log(1 - random.NextDouble()) / rate;
            var lost = random.Next(4) == 0 ? random.NextDouble() * 30 : 1000;
            if (days < 60 && days < lost) Result(lines, i, "2823-3", 6.8, "mmol/L", at.AddHours(1).AddDays(days));
            if (lost < 1000) Result(lines, i, "1988-5", 5, "mg/L", at.AddHours(1).AddDays(lost));
        }

        return lines.ToString();
    }

    private static void Result(StringBuilder lines, int patient, string loinc, double value, string unit, DateTimeOffset at)
        => lines.Append(CultureInfo.InvariantCulture, $$$"""
            {"resourceType":"Observation","id":"k{{{patient}}}-{{{loinc}}}-{{{at.UtcTicks}}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"{{{loinc}}}"}]},"subject":{"reference":"Patient/k{{{patient}}}"},"effectiveDateTime":"{{{at:yyyy-MM-dd'T'HH:mm:ss'Z'}}}","issued":"{{{at:yyyy-MM-dd'T'HH:mm:ss'Z'}}}","valueQuantity":{"value":{{{value}}},"system":"http://unitsofmeasure.org","code":"{{{unit}}}"}}
            """).Append('\n');
}
