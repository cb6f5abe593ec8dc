using System.Xml;
using DatacenterOst.Clinical;

namespace DatacenterOst.Sources;

/// <summary>Source profiles from <c>sources/&lt;id&gt;.yaml</c>, or from a file of one's own.</summary>
public static class SourceProfiles
{
    /// <param name="idOrPath">The id of a profile in the folder, or the path of a <c>.yaml</c> file.</param>
    /// <param name="folder">The folder of profiles, normally <c>sources</c>.</param>
    /// <exception cref="Problem">NotFound, or Invalid with file, line and what to mend.</exception>
    public static SourceProfile Load(string idOrPath, string folder)
    {
        var isPath = idOrPath.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || idOrPath.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);
        var path = isPath ? idOrPath : Path.Combine(folder, idOrPath + ".yaml");
        if (!File.Exists(path))
            throw new Problem(ProblemKind.NotFound, $"there is no source profile '{idOrPath}'; known are {string.Join(", ", Ids(folder))}, or give the path of a .yaml file", path);
        using var reader = new StreamReader(path);
        var profile = Parse(path, reader);
        if (!isPath && profile.Id != idOrPath)
            throw new Problem(ProblemKind.Invalid, $"the profile calls itself '{profile.Id}', and must be called as its file is: '{idOrPath}'", path);
        return profile;
    }

    public static IReadOnlyList<string> Ids(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The reader of this profile's format.</summary>
    public static ISource SourceOf(SourceProfile profile) => profile.Format switch
    {
        SourceFormat.Hl7v2 => new Hl7v2.Hl7v2Source(profile),
        SourceFormat.Csv => new Csv.CsvSource(profile),
        _ => new Fhir.FhirSource(profile),
    };

    public static SourceProfile Parse(string file, TextReader text)
    {
        var yaml = ProfileYaml.Parse(file, text);
        var profile = new SourceProfile
        {
            Id = yaml.Required("id"),
            Format = yaml.Value("format", FormatOf, "hl7v2, csv or fhir") ?? throw yaml.At("format", "the key 'format' is missing: hl7v2, csv or fhir"),
            Title = yaml.Optional("title") ?? "",
            Zone = yaml.Word("zone", "Europe/Copenhagen", z => TimeZoneInfo.TryFindSystemTimeZoneById(z, out _) ? z : null, "an IANA time zone such as Europe/Copenhagen"),
            Charset = yaml.Word("charset", "utf-8", c => Charsets.Named(c) is null ? null : c, "utf-8, iso-8859-1, iso-8859-15 or windows-1252"),
            CodeSystems = yaml.Words("code-systems"),
            IdentifierSystems = yaml.Words("identifier-systems"),
            Maps = yaml.List("maps"),
            KnownAfter = yaml.Value("known-after", DelayOf, "an ISO 8601 duration that is not negative, such as PT1H"),
            Csv = yaml.Map("csv") is { } csv ? CsvOf(csv) : null,
        };
        yaml.NothingElse();
        if (profile.Format == SourceFormat.Csv != profile.Csv is not null)
            throw yaml.At("csv", profile.Csv is null ? "the format is csv, so the key 'csv' must say which column holds what" : "'csv' is only for the format csv");
        return profile;
    }

    private static CsvMapping CsvOf(ProfileYaml yaml)
    {
        var mapping = new CsvMapping
        {
            Delimiter = yaml.Word("delimiter", ",", d => d == "\\t" ? "\t" : d is [not ('"' or '\r' or '\n' or > '\x7f')] ? d : null, "one character, such as ; or , or \\t"),
            Patient = yaml.Required("patient"),
            PatientSystem = yaml.Required("patient-system"),
            Code = yaml.Optional("code"),
            ConstantCode = yaml.Optional("constant-code"),
            CodeSystem = yaml.Required("code-system"),
            Display = yaml.Optional("display"),
            Value = yaml.Optional("value"),
            Comparator = yaml.Optional("comparator"),
            Unit = yaml.Optional("unit"),
            Observed = yaml.Required("observed"),
            Ended = yaml.Optional("ended"),
            Known = yaml.Optional("known"),
            Status = yaml.Optional("status"),
            ResultId = yaml.Optional("result-id"),
            FamilyName = yaml.Optional("family-name"),
            GivenNames = yaml.Optional("given-names"),
            BirthDate = yaml.Optional("birth-date"),
            Sex = yaml.Optional("sex"),
            Kind = yaml.Word("kind", "measurement", k => KindOf(k) is null ? null : k, "measurement, medication, procedure or condition"),
        };
        yaml.NothingElse();
        if (mapping.Code is null == mapping.ConstantCode is null)
            throw yaml.At("code", "give either 'code' (a column) or 'constant-code' (one code for every row)");
        return mapping;
    }

    internal static FactKind? KindOf(string text) => text switch
    {
        "measurement" => FactKind.Measurement,
        "medication" => FactKind.Medication,
        "procedure" => FactKind.Procedure,
        "condition" => FactKind.Condition,
        _ => null,
    };

    private static SourceFormat? FormatOf(string text) => text switch
    {
        "hl7v2" => SourceFormat.Hl7v2,
        "csv" => SourceFormat.Csv,
        "fhir" => SourceFormat.Fhir,
        _ => null,
    };

    private static TimeSpan? DelayOf(string text)
    {
        try
        {
            var delay = XmlConvert.ToTimeSpan(text);
            return delay < TimeSpan.Zero ? null : delay;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return null;
        }
    }
}
