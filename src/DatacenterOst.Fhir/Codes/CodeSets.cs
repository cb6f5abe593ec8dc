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
    private readonly ConcurrentDictionary<string, CodeSystemTable> systems = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ValueSetRules> sets = new(StringComparer.Ordinal);

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

    /// <summary>The code system; null where its codes are not known here (SNOMED CT, LOINC, …). Only what is there is kept: callers may name anything.</summary>
    public CodeSystemTable? System(string url) => places.TryGetValue("S" + url, out var place)
        ? systems.GetOrAdd(url, static (_, read) => new CodeSystemTable(read.Rows.GetRange(read.Place.First, read.Place.End - read.Place.First)), (Rows: rows, Place: place))
        : others?.System(url);

    public ValueSetRules? Set(string url) => places.TryGetValue("V" + url, out var place)
        ? sets.GetOrAdd(url, static (_, read) => new ValueSetRules(read.Rows.GetRange(read.Place.First + 1, read.Place.End - read.Place.First - 1)), (Rows: rows, Place: place))
        : others?.Set(url);

    /// <summary>True or false where it can be known, else null. A null system means a bare code.</summary>
    public bool? Contains(string valueSet, string? system, string code)
    {
        var bar = valueSet.IndexOf('|', StringComparison.Ordinal);
        return Set(bar < 0 ? valueSet : valueSet[..bar])?.Contains(this, system, code, 0);
    }
}
