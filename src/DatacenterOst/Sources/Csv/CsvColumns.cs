namespace DatacenterOst.Sources.Csv;

/// <summary>Where in this file the columns of the mapping stand; -1 for a column that the mapping does not name, or that may be absent and is.</summary>
internal sealed class CsvColumns
{
    private readonly Dictionary<string, int> positions = new(StringComparer.Ordinal);
    private readonly List<string> missing = [];
    private readonly List<string> doubled = [];

    public CsvColumns(IReadOnlyList<string> header, CsvMapping mapping)
    {
        Header = header;
        for (var i = 0; i < header.Count; i++)
        {
            if (!positions.TryAdd(header[i], i))
                doubled.Add(header[i]);
        }
        Patient = Find(mapping.Patient);
        Code = Find(mapping.Code);
        Display = Find(mapping.Display);
        Value = Find(mapping.Value);
        Comparator = Find(mapping.Comparator);
        Unit = Find(mapping.Unit);
        Observed = Find(mapping.Observed);
        Ended = Find(mapping.Ended);
        Known = Find(mapping.Known);
        Status = Find(mapping.Status);
        ResultId = Find(mapping.ResultId);
        FamilyName = Find(mapping.FamilyName);
        GivenNames = Find(mapping.GivenNames);
        BirthDate = Find(mapping.BirthDate);
        Sex = Find(mapping.Sex);
    }

    public IReadOnlyList<string> Header { get; }
    public int Patient { get; }
    public int Code { get; }
    public int Display { get; }
    public int Value { get; }
    public int Comparator { get; }
    public int Unit { get; }
    public int Observed { get; }
    public int Ended { get; }
    public int Known { get; }
    public int Status { get; }
    public int ResultId { get; }
    public int FamilyName { get; }
    public int GivenNames { get; }
    public int BirthDate { get; }
    public int Sex { get; }

    /// <summary>What is wrong with the header, with what is there and what to mend; null when it fits.</summary>
    public string? Fault(string profile, string delimiter)
    {
        if (missing.Count == 0 && doubled.Count == 0)
            return null;
        var what = missing.Count > 0 ? $"the column {Quoted(missing)} is missing" : $"the column {Quoted(doubled)} is there twice";
        var hint = Header.Count == 1 ? $" (is the delimiter '{delimiter}' right?)" : "";
        return $"{what}; the file has {Quoted(Header)}{hint}. Mend the file, or the mapping in the source profile sources/{profile}.yaml. No row was read.";
    }

    private int Find(string? column)
    {
        if (column is null)
            return -1;
        var mayBeAbsent = column.EndsWith('?');
        var name = mayBeAbsent ? column[..^1] : column;
        if (positions.TryGetValue(name, out var position))
            return position;
        if (!mayBeAbsent)
            missing.Add(name);
        return -1;
    }

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Take(MaxNamed).Select(n => $"'{n}'"));

    /// <summary>Column names in a message; a wrong file could have thousands.</summary>
    private const int MaxNamed = 40;
}
