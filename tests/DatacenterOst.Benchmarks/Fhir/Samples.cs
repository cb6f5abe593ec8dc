using System.Text;
using DatacenterOst.Fhir;

namespace DatacenterOst.Benchmarks.Fhir;

/// <summary>What is measured: ten of Synthea's bundles, evenly taken by size; their resources; and 1,000 Patients, copies of all of Synthea's.</summary>
public sealed record Samples(IReadOnlyList<byte[]> Bundles, IReadOnlyList<byte[]> Resources, IReadOnlyList<byte[]> Observations, IReadOnlyList<byte[]> Patients)
{
    private const int BundleCount = 10;
    private const int PatientCount = 1_000;

    // Enough for every kind of Observation, few enough that a round is short.
    private const int ObservationCount = 2_000;

    public static async Task<Samples> Read(string folder, CancellationToken cancellationToken)
    {
        var files = new DirectoryInfo(folder).EnumerateFiles("*.json", SearchOption.AllDirectories)
            .OrderBy(file => file.Length).ThenBy(file => file.Name, StringComparer.Ordinal).ToList();
        var bundles = new List<byte[]>();
        var patients = new List<byte[]>();
        for (var i = 0; i < files.Count; i++)
        {
            var bytes = await File.ReadAllBytesAsync(files[i].FullName, cancellationToken);
            var step = files.Count / BundleCount;
            if (i % step == step / 2 && bundles.Count < BundleCount) bundles.Add(bytes);
            patients.AddRange(Entries(bytes).Where(IsA("Patient")).Take(1));
        }

        var resources = bundles.SelectMany(Entries).ToList();
        var observations = resources.Where(IsA("Observation")).ToList();
        var step2 = Math.Max(1, observations.Count / ObservationCount);
        return new Samples(
            bundles,
            resources,
            [.. observations.Where((_, i) => i % step2 == 0).Take(ObservationCount)],
            [.. Enumerable.Range(0, PatientCount).Select(i => patients[i % patients.Count])]);
    }

    private static IEnumerable<byte[]> Entries(byte[] bundle)
    {
        foreach (var entry in Resource.ParseJson(bundle).Root.Children("entry").ToList())
            if (entry["resource"].AsResource() is { } resource)
                yield return resource.ToJson();
    }

    private static Func<byte[], bool> IsA(string type)
    {
        var start = Encoding.UTF8.GetBytes($$"""{"resourceType":"{{type}}",""");
        return bytes => bytes.AsSpan().StartsWith(start);
    }
}
