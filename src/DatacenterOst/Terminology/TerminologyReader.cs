using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Terminology;

/// <summary>Collects the tables of all folders; the snapshot is made when everything has been read and agrees.</summary>
internal sealed class TerminologyReader
{
    // More folders than this are not a terminology directory, but a wrong path.
    private const int MaxFolders = 500;

    private readonly List<(TsvRow Row, ManifestFile File, string Rule)> concepts = [], members = [], rules = [];

    public Dictionary<string, decimal> MolarMasses { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ConceptEntry> Entries { get; } = new(StringComparer.Ordinal);

    public Dictionary<Code, Member> Members { get; } = [];

    public Dictionary<string, LocalMap> Maps { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, UnitSpelling> Units { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ResultWord> Words { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Dictionary<Code, ResultWord> Answers { get; } = [];

    public Dictionary<string, string> Systems { get; } = new(StringComparer.Ordinal);

    public List<TerminologySource> Sources { get; } = [];

    public void Read(string directory)
    {
        if (!Directory.Exists(directory)) throw new Problem(ProblemKind.NotFound, "the terminology folder is not there", directory);
        var folders = Directory.GetDirectories(directory);
        if (folders.Length > MaxFolders) throw new Problem(ProblemKind.TooLarge, $"there are more than {MaxFolders} folders", directory);
        foreach (var folder in folders.Order(StringComparer.Ordinal))
            if (File.Exists(Path.Combine(folder, SourceManifest.FileName))) ReadFolder(folder);
        Connect();
    }

    private void ReadFolder(string folder)
    {
        var name = Path.GetFileName(folder);
        var manifest = SourceManifest.Read(folder);
        var local = new LocalTables();
        foreach (var file in manifest.Files)
        {
            var table = TsvTable.Read(Path.Combine(folder, file.Name), SourceManifest.ReadVerified(folder, file));
            var rule = $"{name}/{Path.GetFileNameWithoutExtension(file.Name)}@{manifest.Version}";
            foreach (var row in table.Rows) ReadRow(row, file, rule, manifest.IsEverywhere ? null : local);
        }
        if (!manifest.IsEverywhere) Maps[name] = new LocalMap(name, local.Codes, local.Units, local.Words);
        Sources.Add(new TerminologySource(name, manifest));
    }

    private void ReadRow(TsvRow row, ManifestFile file, string rule, LocalTables? local)
    {
        switch (file.Table)
        {
            case "concepts": concepts.Add((row, file, rule)); break;
            case "members": members.Add((row, file, rule)); break;
            case "unit-rules": rules.Add((row, file, rule)); break;
            case "molar-masses":
                if (!MolarMasses.TryAdd(row.Required("key"), row.Number("grams_per_mole") is > 0 and var mass ? mass : throw row.Bad("grams_per_mole must be above 0")))
                    throw row.Bad("this substance is there twice");
                break;
            case "units": ReadUnit(row, rule, local?.Units ?? Units); break;
            case "categories": ReadWord(row, rule, local?.Words ?? Words); break;
            case "codes": ReadLocalCode(row, file, rule, local); break;
            case "systems": ReadSystem(row); break;
            default: throw row.Bad($"'{file.Table}' is not a kind of table; write concepts, members, codes, units, unit-rules, molar-masses, categories or systems");
        }
    }

    private static void ReadUnit(TsvRow row, string rule, Dictionary<string, UnitSpelling> units)
    {
        if (!units.TryAdd(row.Required("spelling"), new UnitSpelling(ValidUnit(row, row.Required("ucum")), rule)))
            throw row.Bad($"the spelling '{row["spelling"]}' is there twice");
    }

    private void ReadWord(TsvRow row, string rule, Dictionary<string, ResultWord> words)
    {
        var meaning = new ResultWord(row.Required("category") switch
        {
            "positive" => ResultCategory.Positive,
            "negative" => ResultCategory.Negative,
            "inconclusive" => ResultCategory.Inconclusive,
            "not-detected" => ResultCategory.NotDetected,
            "not-resulted" => null,
            var other => throw row.Bad($"'{other}' is not a category; write positive, negative, inconclusive, not-detected or not-resulted"),
        }, rule);
        var (system, word) = (row["system"], row.Required("word"));
        if (!(system.Length > 0 ? Answers.TryAdd(new Code(system, word), meaning) : words.TryAdd(word, meaning)))
            throw row.Bad($"'{word}' is there twice");
    }

    private static void ReadLocalCode(TsvRow row, ManifestFile file, string rule, LocalTables? local)
    {
        if (local is null) throw row.Bad("a table of local codes needs 'scope: profile' in source.yaml");
        if (file.System.Length == 0) throw row.Bad("a table of local codes needs 'system:' in source.yaml");
        // A row without a target says that the code is known and means nothing here: it is listed for the reader.
        if (row["target"].Length == 0) return;
        var unit = row["unit"] is { Length: > 0 } text ? ValidUnit(row, text) : "";
        if (!local.Codes.TryAdd(new Code(file.System, row.Required("code")), new LocalCode(new Code(row.Required("target_system"), row["target"]), unit, rule)))
            throw row.Bad($"the code '{row["code"]}' is there twice");
    }

    private void ReadSystem(TsvRow row)
    {
        var (uri, same) = (row.Required("uri"), row["same_as"]);
        if (same.Length == 0 && row["standard"] != "yes") throw row.Bad("write 'yes' in 'standard', or the system that it is the same as");
        if (!Systems.TryAdd(uri, same.Length > 0 ? same : uri)) throw row.Bad($"'{uri}' is there twice");
    }

    private void Connect()
    {
        var entries = new Dictionary<string, (ConceptEntry Entry, List<Code> Codes, List<UnitRule> Rules)>(StringComparer.Ordinal);
        foreach (var (row, _, _) in concepts)
            if (!entries.TryAdd(row.Required("key"), ReadConcept(row))) throw row.Bad($"the key '{row["key"]}' is there twice");
        foreach (var (row, _, rule) in rules) Find(row, entries).Rules.Add(ReadUnitRule(row, rule));
        foreach (var (row, _, rule) in concepts) AddMember(row, entries, entries[row["key"]].Entry.Concept.Code, rule);
        foreach (var (row, file, rule) in members)
        {
            // An NPU code without a key is known, but belongs to no group yet.
            if (row["key"].Length == 0) continue;
            var system = file.System.Length > 0 ? file.System : row.Required("system");
            AddMember(row, entries, new Code(system, row.Required("code")), rule);
        }
        foreach (var (key, (entry, _, _)) in entries) Entries.Add(key, entry);
    }

    private (ConceptEntry, List<Code>, List<UnitRule>) ReadConcept(TsvRow row)
    {
        var scale = row.Required("scale") switch
        {
            "quantitative" => ConceptScale.Quantitative,
            "nominal" => ConceptScale.Nominal,
            var other => throw row.Bad($"scale is '{other}'; write quantitative or nominal"),
        };
        var unit = scale == ConceptScale.Quantitative ? ValidUnit(row, row.Required("unit")) : row["unit"];
        var concept = new Concept(new Code(row.Required("system"), row.Required("code")), unit, row.Required("display_en"));
        var (codes, unitRules) = (new List<Code>(), new List<UnitRule>());
        var entry = new ConceptEntry(row.Required("key"), concept, row.Required("display_da"), MolarMass(row), codes)
        {
            Scale = scale,
            Low = row.Number("low"),
            High = row.Number("high"),
            UnitRules = unitRules,
        };
        return (entry, codes, unitRules);
    }

    private void AddMember(TsvRow row, Dictionary<string, (ConceptEntry Entry, List<Code> Codes, List<UnitRule> Rules)> entries, Code code, string rule)
    {
        var (entry, codes, _) = Find(row, entries);
        var isCanonical = code == entry.Concept.Code;
        var unit = isCanonical || row["unit"].Length == 0 ? "" : ValidUnit(row, row["unit"]);
        if (!Members.TryAdd(code, new Member(entry, unit, MolarMass(row) ?? entry.MolarMass, rule)))
            throw row.Bad($"{code} already belongs to '{Members[code].Entry.Key}'; a code has one meaning");
        codes.Add(code);
    }

    private static UnitRule ReadUnitRule(TsvRow row, string rule)
    {
        var factor = row.Number("factor");
        if (factor is null && row["instead"].Length == 0) throw row.Bad("a refused unit needs a word in 'instead'");
        return new UnitRule(ValidUnit(row, row.Required("unit")), factor, row.Number("offset") ?? 0, row["instead"], $"{rule} {row["key"]}");
    }

    private decimal? MolarMass(TsvRow row)
    {
        var key = row["molar_mass"];
        if (key.Length == 0) return null;
        return MolarMasses.TryGetValue(key, out var mass) ? mass : throw row.Bad($"there is no molar mass '{key}'");
    }

    private static (ConceptEntry Entry, List<Code> Codes, List<UnitRule> Rules) Find(TsvRow row, Dictionary<string, (ConceptEntry, List<Code>, List<UnitRule>)> entries) =>
        entries.TryGetValue(row.Required("key"), out var found) ? found : throw row.Bad($"there is no concept '{row["key"]}'");

    private static string ValidUnit(TsvRow row, string unit) =>
        Ucum.Validate(unit) is { } fault ? throw row.Bad($"'{unit}' is not a UCUM unit: {fault}") : unit;

    private sealed class LocalTables
    {
        public Dictionary<Code, LocalCode> Codes { get; } = [];

        public Dictionary<string, UnitSpelling> Units { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, ResultWord> Words { get; } = new(StringComparer.OrdinalIgnoreCase);
    }
}
