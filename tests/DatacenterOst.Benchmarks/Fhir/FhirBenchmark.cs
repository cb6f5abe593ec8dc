using DatacenterOst.Benchmarks.Load;

namespace DatacenterOst.Benchmarks.Fhir;

/// <summary>
/// The FHIR library on one thread: parsing beside <c>JsonDocument</c>, search values, validation, FHIRPath beside npm <c>fhirpath</c>,
/// loading, units. Medians of seven rounds after a warm-up.
/// </summary>
public static class FhirBenchmark
{
    public static async Task Run(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("dost-bench-").FullName;
        try
        {
            var root = Root();
            var samples = await Samples.Read(await Product.Data("synthea-r4-dev", Path.Combine(folder, "synthea"), cancellationToken), cancellationToken);
            var mimic = await Product.Data("mimic3-demo", Path.Combine(folder, "mimic"), cancellationToken);
            Table.Begin();
            ResourceRows.Run(samples);
            await PathRows.Run(samples, root, folder, cancellationToken);
            await LoadRows.Run(cancellationToken);
            UnitRows.Convert();
            await UnitRows.Normalise(root, Path.Combine(mimic, "mimic3_demo_csv", "LABEVENTS.csv.gz"), cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "DatacenterOst.sln"))) return folder.FullName;
        throw new InvalidOperationException("The benchmarks are run from the repository's own build: DatacenterOst.sln is in no folder above them.");
    }
}
