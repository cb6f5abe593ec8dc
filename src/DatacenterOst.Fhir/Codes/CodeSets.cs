using System.Collections.Concurrent;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Codes;

/// <summary>The code systems and value sets of FHIR R4. The file is indexed once; a system or set is read when it is first asked for.</summary>
internal sealed class CodeSets
{
    private static readonly Lazy<CodeSets> Loaded = new(() => new CodeSets([.. DefinitionFile.Rows("terminology.tsv")], null));
    private readonly List<string[]> rows;
    private readonly CodeSets? others;
    private readonly Dictionary<string, (int First, int End)> places = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CodeSystemTable?> systems = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ValueSetRules?> sets = new(StringComparer.Ordinal);

    /// <summary>Rows as in the embedded file, looked at before the others.</summary>
    public CodeSets(List<string[]> rows, CodeSets? others)
    {
        (this.rows, this.others) = (rows, others);
        var current = "";
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i][0] is not ("S" or "V")) continue;
            if (current.Length > 0) places[current] = (places[current].First, i);
            current = rows[i][0] + rows[i][1];
            places[current] = (i, rows.Count);
        }
    }

    public static CodeSets Current => Loaded.Value;

    /// <summary>The code system; null where its codes are not known here (SNOMED CT, LOINC, …).</summary>
    public CodeSystemTable? System(string url) =>
        systems.GetOrAdd(url, static (u, self) => self.places.TryGetValue("S" + u, out var place) ? new CodeSystemTable(self.rows.GetRange(place.First, place.End - place.First)) : self.others?.System(u), this);

    public ValueSetRules? Set(string url) =>
        sets.GetOrAdd(url, static (u, self) => self.places.TryGetValue("V" + u, out var place) ? new ValueSetRules(self.rows.GetRange(place.First + 1, place.End - place.First - 1)) : self.others?.Set(u), this);

    /// <summary>True or false where it can be known, else null. A null system means a bare code.</summary>
    public bool? Contains(string valueSet, string? system, string code)
    {
        var bar = valueSet.IndexOf('|', StringComparison.Ordinal);
        return Set(bar < 0 ? valueSet : valueSet[..bar])?.Contains(this, system, code, 0);
    }
}
