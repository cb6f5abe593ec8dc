using System.Globalization;
using System.Text;
using DatacenterOst.Access;
using DatacenterOst.Cards.Backtests;
using DatacenterOst.Clinical;
using DatacenterOst.Models.Training;
using DatacenterOst.Normalise;
using DatacenterOst.Server;
using DatacenterOst.Sources;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;
using DatacenterOst.Store;
using FsCheck;
using FsCheck.Fluent;

namespace DatacenterOst.Specs.Models;

/// <summary>
/// No row of a training and no card of a backtest may know what was not known: results that came late and corrections that came later are
/// planted, and nothing before them may move.
/// </summary>
public sealed class When_history_is_replayed(PrivatePostgres postgres)
{
    private const string StudyText = """
        format: 1
        title: Rise of creatinine
        index: { codes: "http://loinc.org|14682-9", after: 24h, every: 24h, until: 6d }
        outcome: { name: CMV, codes: "http://loinc.org|72493-0", from: 1000, within: 48h }
        validation: { folds: 2, bootstrap: 0, thresholds: [0.5] }
        """;

    private const string Draft = """
        features:
          - { name: age, take: age }
          - { name: newest, codes: "http://loinc.org|14682-9", unit: umol/L, take: last, window: "[-48h, 0h]" }
          - { name: highest, codes: "http://loinc.org|14682-9", unit: umol/L, take: max, window: "[-48h, 0h]" }
          - { name: middle, codes: "http://loinc.org|14682-9", unit: umol/L, take: median, window: "[-7d, 0h]" }
          - { name: many, codes: "http://loinc.org|14682-9", take: count, window: "[-7d, 0h]" }
          - { name: slope, codes: "http://loinc.org|14682-9", unit: umol/L, take: slope, per: d, window: "[-7d, 0h]" }
          - { name: since, codes: "http://loinc.org|14682-9", take: timeSince, unit: h, window: "[-7d, 0h]" }
        """;

    private static readonly DateTimeOffset Begin = SetClock.At("2026-03-01 08:00");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task late_results_and_later_corrections_change_no_row_and_no_card_from_before_them(StoreProvider provider)
    {
        foreach (var seed in Gen.Choose(1, 1_000_000).Sample(3, 3))
        {
            using var folder = new TemporaryFolder();
            await using var centre = await Open(provider, folder);
            var study = folder.File("study.yaml", StudyText);
            folder.File("model.yaml", Draft);
            var random = new Random(seed);
            var told = Told(random);
            await Receive(centre, told);
            var (rows, cards) = await Replay(centre, study);

            // Each value is told once more, after the last index time of its patient, and otherwise; and each patient has results
            // that lay in a drawer until then, one of them from before the result that begins the study.
            await Receive(centre, [.. told.Select(one => (one.Patient, Later(one.Finding, random))), .. Drawer(random)]);
            var (rowsAfter, cardsAfter) = await Replay(centre, study);

            Assert.NotEmpty(cards);
            Assert.Equal(rows, rowsAfter);
            Assert.Equal(cards, cardsAfter);
        }
    }

    [Fact]
    public async Task the_same_is_said_once_within_the_quiet_hours_of_the_service()
    {
        using var folder = new TemporaryFolder();
        await using var centre = await Open(StoreProvider.Sqlite, folder);
        folder.File("model.yaml", Draft);
        var study = folder.File("study.yaml", StudyText.Replace("every: 24h", "every: 1h", StringComparison.Ordinal).Replace("until: 6d", "until: 30h", StringComparison.Ordinal));
        await Receive(centre, [("a", Value("r1", 80, 0, 0)), ("a", Value("r2", 300, 20, 20))]);
        var data = await Read(centre, study);
        var result = await new Backtest(centre.Desk, centre.Patients, centre.Settings.Client).Run(centre.CdsServices.Get("kdigo-aki"), data, null, Caller.Product, Stop);
        Assert.Equal(7, result.Calls);
        Assert.Equal(result.Calls, result.Cards.Sum(card => card.Shown + card.Held));
        Assert.Contains(result.Cards, card => card is { Shown: >= 1, Held: >= 3 });
        Assert.All(result.Silenced.Keys, reason => Assert.StartsWith("repeated", reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task once_the_outcome_has_come_nothing_is_left_to_foretell()
    {
        using var folder = new TemporaryFolder();
        await using var centre = await Open(StoreProvider.Sqlite, folder);
        folder.File("model.yaml", Draft);
        var cmv = Value("c1", 5000, 80, 81) with { Concept = TestStore.Cmv, Coding = new Coding(TestStore.Cmv.Code) };
        await Receive(centre, [("a", Value("r1", 80, 0, 0)), ("a", cmv)]);
        var data = await Read(centre, folder.File("study.yaml", StudyText));

        // Index times 24, 48 and 72 hours after the first creatinine; the event at 80 hours lies within 48 of the last two.
        Assert.Equal([false, true, true], data.Cohort.Rows.Select(row => row.Outcome));
        Assert.All(data.Cohort.Rows.Skip(1), row => Assert.Equal(Begin.AddHours(80), row.EventAt));
    }

    [Fact]
    public async Task a_beginning_that_was_taken_back_began_the_study_for_as_long_as_it_stood()
    {
        using var folder = new TemporaryFolder();
        await using var centre = await Open(StoreProvider.Sqlite, folder);
        folder.File("model.yaml", Draft);
        var mistaken = Value("r1", 80, 0, 0);
        await Receive(centre, [("a", mistaken), ("a", mistaken with { Status = FactStatus.Retracted, KnownAt = Begin.AddHours(60) }), ("a", Value("r2", 90, 30, 30))]);
        var data = await Read(centre, folder.File("study.yaml", StudyText));

        // Of the first at 24 and 48 hours, until it was taken back at 60; from then on of the second, each day from 54 hours.
        Assert.Equal([24, 48, 78, 102, 126, 150, 174], data.Cohort.Rows.Select(row => (row.IndexTime - Begin).TotalHours));
    }

    private static async Task<(string Rows, IReadOnlyList<string> Cards)> Replay(DataCentre centre, string study)
    {
        var data = await Read(centre, study);
        var text = new StringWriter(CultureInfo.InvariantCulture);
        data.WriteMatrix(text);
        var cards = new List<string>();
        var result = await new Backtest(centre.Desk, centre.Patients, centre.Settings.Client).Run(centre.CdsServices.Get("kdigo-aki"), data, null, Caller.Product, Stop);
        cards.AddRange(result.Cards.Select(card => card.ToString()));
        return (text.ToString(), cards);
    }

    private static Task<StudyData> Read(DataCentre centre, string study)
        => new StudyReading(centre.Store, centre.Terminology.FindByKey).Read(study, null, null, Caller.Product, Stop);

    private async Task<DataCentre> Open(StoreProvider provider, TemporaryFolder folder)
    {
        var connection = provider == StoreProvider.PostgreSql ? await postgres.NewDatabase(Stop) : null;
        var settings = new Settings { Data = folder.Path, Provider = connection is null ? "Sqlite" : "PostgreSql", ConnectionString = connection };
        return await DataCentre.Open(settings, new SetClock(), Stop);
    }

    private static Task<IReadOnlyList<RecordOutcome>> Receive(DataCentre centre, IReadOnlyList<(string Patient, Finding Finding)> told)
        => centre.Intake.Write("test", [.. told.Select(one => Arrival(one.Patient, one.Finding))], Caller.Product, Stop);

    private static Arrival Arrival(string patient, Finding finding)
    {
        var item = new NormalItem("1", [new PlacedFinding("1", finding)], null, []);
        return new Arrival(new NormalRecord(new RawRecord(Encoding.UTF8.GetBytes($"{patient} {finding}"), "1", TestStore.Person(patient, birth: "1950-01-01"), []), [item]), SetClock.At("2026-04-01 12:00"));
    }

    private static List<(string Patient, Finding Finding)> Told(Random random)
    {
        var told = new List<(string, Finding)>();
        for (var patient = 0; patient < 8; patient++)
        {
            told.Add(($"p{patient}", Value($"p{patient}-0", 80, 0, 0)));
            for (var i = 1; i < 12; i++)
            {
                // Some results are known an hour after the sample, some only days later.
                var observed = random.Next(1, 150);
                told.Add(($"p{patient}", Value($"p{patient}-{i}", random.Next(60, 400), observed, observed + (random.Next(4) == 0 ? random.Next(24, 60) : 1))));
            }
        }

        return told;
    }

    private static Finding Later(Finding finding, Random random)
        => finding with { Value = finding.Value * random.Next(2, 5), KnownAt = Begin.AddDays(7 + random.Next(5)), Status = FactStatus.Corrected };

    private static IEnumerable<(string Patient, Finding Finding)> Drawer(Random random)
        => Enumerable.Range(0, 32).Select(i => ($"p{i % 8}", Value($"late-{i}", random.Next(500, 900), i < 8 ? -random.Next(1, 100) : random.Next(1, 144), 200 + i)));

    private static Finding Value(string result, decimal value, int observedHour, int knownHour) => new(
        FactKind.Measurement, TestStore.Creatinine, new Coding(TestStore.Creatinine.Code), value, Comparator.None, null, null,
        Begin.AddHours(observedHour), null, Begin.AddHours(knownHour), FactStatus.Final, result, "test/1");
}
