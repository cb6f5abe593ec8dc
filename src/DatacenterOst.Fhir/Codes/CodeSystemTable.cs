namespace DatacenterOst.Fhir.Codes;

/// <summary>A code system whose codes are all known, with its hierarchy.</summary>
internal sealed class CodeSystemTable
{
    private readonly Dictionary<string, int> places;
    private readonly string[] displays;
    private readonly int[][] parents;

    public CodeSystemTable(List<string[]> rows)
    {
        places = new Dictionary<string, int>(rows[0][2] == "i" ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        displays = new string[rows.Count - 1];
        parents = new int[rows.Count - 1][];
        var above = new List<int>();
        var others = new List<(int Place, string[] Codes)>();
        for (var i = 1; i < rows.Count; i++)
        {
            var level = rows[i][0].TakeWhile(c => c == ' ').Count();
            var code = Unescape(rows[i][0][level..]);
            places.TryAdd(code, i - 1);
            displays[i - 1] = rows[i].Length > 1 && rows[i][1].Length > 0 ? rows[i][1] : code;
            above.RemoveRange(level - 1, above.Count - level + 1);
            parents[i - 1] = above.Count > 0 ? [above[^1]] : [];
            above.Add(i - 1);
            if (rows[i].Length > 2) others.Add((i - 1, rows[i][2].Split(' ')));
        }
        foreach (var (place, codes) in others) parents[place] = [.. parents[place], .. codes.Select(Unescape).Where(places.ContainsKey).Select(c => places[c])];
    }

    public IEnumerable<string> Codes => places.Keys;

    public bool Contains(string code) => places.ContainsKey(code);

    public string? Display(string code) => places.TryGetValue(code, out var place) ? displays[place] : null;

    /// <summary>True for the code itself and all below it.</summary>
    public bool IsA(string code, string ancestor) =>
        places.TryGetValue(code, out var place) && places.TryGetValue(ancestor, out var top) && Reaches(place, top, 0);

    private bool Reaches(int place, int top, int depth) => place == top || (depth < 64 && Array.Exists(parents[place], p => Reaches(p, top, depth + 1)));

    public static string Unescape(string code) => code.Contains('%', StringComparison.Ordinal) ? code.Replace("%20", " ", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal) : code;
}
