using System.Globalization;
using System.IO.Compression;
using DatacenterOst.Sources;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.RealInput;

/// <summary>The AKI service for every MIMIC-III patient as of the end of each admission, on both stores.</summary>
public sealed class When_the_aki_service_sees_real_admissions(PrivatePostgres postgres, ITestOutputHelper output)
{
    private const string PatientSystem = "https://mimic.mit.edu/fhir/mimic/identifier/patient";

    [Fact]
    public async Task it_gives_cards_and_the_same_ones_on_both_stores()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var data = Path.Combine(await SharedData.Unpack("mimic3-demo", folder.Path, cancellationToken), "mimic3_demo_csv");
        await using var sqlite = await RunningServer.Start(null, cancellationToken);
        await using var postgresql = await RunningServer.Start(await postgres.NewDatabase(cancellationToken), cancellationToken);
        foreach (var ost in new[] { sqlite, postgresql })
        {
            var labs = Path.Combine(data, "LABEVENTS.csv.gz");
            await ost.Centre.Ingest(ost.Centre.Profile("mimic-labevents"), [new SourceFile(labs, () => SourceFiles.Open(labs))], null, cancellationToken);
        }

        var (answers, cards) = (0, 0);
        foreach (var (subject, end) in Admissions(Path.Combine(data, "ADMISSIONS.csv.gz")))
        {
            var asOf = end.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
            var one = await sqlite.Cards("kdigo-aki", await PatientOf(sqlite, subject, cancellationToken), asOf, cancellationToken);
            var other = await postgresql.Cards("kdigo-aki", await PatientOf(postgresql, subject, cancellationToken), asOf, cancellationToken);
            Assert.Equal(SameCards.Alike(one), SameCards.Alike(other));
            answers++;
            cards += one.GetArrayLength();
        }

        output.WriteLine($"{answers} admissions, {cards} cards");
        Assert.Equal(129, answers);
        Assert.InRange(cards, 10, 128);
    }

    private static async Task<string> PatientOf(RunningServer ost, string subject, CancellationToken cancellationToken)
    {
        var found = await ost.Get($"/fhir/Patient?identifier={PatientSystem}|{subject}", cancellationToken);
        return found.GetProperty("entry")[0].GetProperty("resource").GetProperty("id").GetString()!;
    }

    private static IEnumerable<(string Subject, DateTimeOffset End)> Admissions(string path)
    {
        var boston = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            var columns = line.Split(',');
            var end = DateTime.Parse(columns[4], CultureInfo.InvariantCulture);
            yield return (columns[1], new DateTimeOffset(end, boston.GetUtcOffset(end)));
        }
    }
}
