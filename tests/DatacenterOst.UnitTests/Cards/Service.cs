using DatacenterOst.Cards;

namespace DatacenterOst.UnitTests.Cards;

/// <summary>A service in a folder of its own, from a text that a test draws.</summary>
internal static class Service
{
    public const string Yaml = """
        id: test
        hooks: [patient-view]
        title: A title
        description: A description
        model: {id: test-model}
        prefetch:
          patient: Patient/{{context.patientId}}
          creatinine: Observation?patient={{context.patientId}}&code=http://loinc.org|14682-9&_sort=-date&_count=50
        source:
          label: {da: En kilde, en: A source}
          topic: {code: TestTopic, system: https://example.org/topics}
        values:
          creatinine:
            label: {da: Kreatinin, en: Creatinine}
            format: "0"
          ratio:
            label: {da: Forhold, en: Ratio}
            format: "0.0"
            rounding: down
        cards:
          high:
            indicator: warning
            summary: {da: "Kreatinin {creatinine.withUnit}", en: "Creatinine {creatinine.withUnit}"}
            heading: {da: "Overskrift{note}", en: "Heading[[ {note}]]"}
            next: {da: "Gør noget.", en: "Do something."}
        """;

    public static CdsServices Load(params (string Folder, string Yaml)[] services)
    {
        using var directory = new TemporaryDirectory();
        foreach (var (folder, yaml) in services)
        {
            Directory.CreateDirectory(Path.Combine(directory.Path, folder));
            File.WriteAllText(Path.Combine(directory.Path, folder, CdsServices.FileName), yaml);
        }

        return CdsServices.Load(directory.Path, TestModels.OfTests);
    }

    public static CdsService One(string yaml)
    {
        var loaded = Load(("test", yaml));
        Assert.Empty(loaded.Refused.SelectMany(refused => refused.Reasons));
        return loaded.Get("test");
    }
}

internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("dost-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
