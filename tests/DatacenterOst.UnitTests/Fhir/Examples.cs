namespace DatacenterOst.UnitTests.Fhir;

/// <summary>
/// HL7's 5,307 examples of FHIR R4, from npm hl7.fhir.r4.examples@4.0.1: the folder that DOST_FHIR_EXAMPLES names, or
/// artifacts/node_modules below the repository.
/// </summary>
internal static class Examples
{
    public static string Folder()
    {
        var named = Environment.GetEnvironmentVariable("DOST_FHIR_EXAMPLES");
        var root = Repository.Root();
        string?[] candidates = [named, named is null ? null : Path.Combine(named, "hl7.fhir.r4.examples"), Path.Combine(root, "artifacts", "node_modules", "hl7.fhir.r4.examples")];
        var found = candidates.FirstOrDefault(c => c is not null && File.Exists(Path.Combine(c, "package.json")));
        Assert.SkipWhen(found is null, "HL7's examples are not here: npm install --prefix artifacts hl7.fhir.r4.examples@4.0.1, or set DOST_FHIR_EXAMPLES");
        return found!;
    }

    public static IEnumerable<string> Files() => Directory.EnumerateFiles(Folder(), "*.json")
        .Where(f => !Path.GetFileName(f).StartsWith("package", StringComparison.Ordinal) && !Path.GetFileName(f).StartsWith('.'))
        .Order(StringComparer.Ordinal);

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder(), name));
}
