using System.IO.Compression;
using DatacenterOst.Fhir;
using DatacenterOst.Normalise;
using DatacenterOst.Sources;
using DatacenterOst.Terminology;

namespace DatacenterOst.Benchmarks.Fhir;

/// <summary>Conversion of units, and the normalisation of the MIMIC-III demo's laboratory rows (ODbL 1.0) that uses it.</summary>
public static class UnitRows
{
    private const int NormaliseMark = 150_000;
    private static readonly DateTimeOffset Arrival = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly (decimal Value, string From, string To)[] Conversions =
    [
        (1.2m, "mmol/L", "umol/L"), (13.4m, "g/dL", "g/L"), (98.6m, "[degF]", "Cel"), (120m, "mm[Hg]", "kPa"), (4.5m, "10*3/uL", "10*9/L"),
        (180m, "[lb_av]", "kg"), (70m, "[in_i]", "cm"), (250m, "mg", "g"), (36.5m, "h", "d"), (0.8m, "ng/mL", "ug/L"), (90m, "/min", "/s"), (7m, "mU/L", "U/L"),
    ];

    public static void Convert()
    {
        var measured = Rounds.Measure(new Work(Conversions.Length * 1_000, static () =>
        {
            var sum = 0L;
            for (var i = 0; i < 1_000; i++)
                foreach (var (value, from, to) in Conversions) sum += (long)Ucum.Convert(value, from, to);
            return sum;
        }));
        Table.Row("`Ucum.Convert`", measured[0], $"{Conversions.Length} pairs of units, over and over");
    }

    public static async Task Normalise(string root, string labEvents, CancellationToken cancellationToken)
    {
        var profile = SourceProfiles.Load("mimic-labevents", Path.Combine(root, "sources"));
        var normaliser = new Normaliser(TerminologySnapshot.Load(Path.Combine(root, "terminology")), profile);
        var records = new List<RawRecord>();
        await using var file = File.OpenRead(labEvents);
        await using var table = new GZipStream(file, CompressionMode.Decompress);
        await foreach (var record in SourceProfiles.SourceOf(profile).Read(table, cancellationToken)) records.Add(record);
        var facts = records.Sum(record => record.Items.Sum(item => item.Facts.Count));
        var measured = Rounds.Measure(new Work(facts, () => records.Sum(record => (long)normaliser.Normalise(record, Arrival).Items.Count)))[0];
        Table.Row(Table.Text($"a fact of MIMIC-III's laboratory rows, normalised ({facts:N0} facts)"), measured, "", Table.PerSecond(NormaliseMark, measured));
    }
}
